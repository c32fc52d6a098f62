/** A real HTTP server on loopback for one test of a package here: answers as told, and remembers what it was asked. */

import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Service {
  readonly origin: string;
  readonly received: Received[];
  stop(): Promise<void>;
}

export type Answer = (request: Received, response: ServerResponse) => unknown;

/** Starts a server that `answer` speaks for. `isForPages`: pages of any origin may read it, as with the real services' CORS rules. */
export async function serve(answer: Answer, { isForPages = false } = {}): Promise<Service> {
  const received: Received[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const url = new URL(incoming.url ?? "/", "http://localhost");
    const request = { method: incoming.method ?? "", url, headers: incoming.headers, body: Buffer.concat(chunks).toString() };
    if (isForPages && allowPages(request, response)) return;
    received.push(request);
    await answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    received,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Lets pages read the answer; true when they only asked whether they may. */
function allowPages({ method }: Received, response: ServerResponse): boolean {
  response.setHeader("Access-Control-Allow-Origin", "*");
  response.setHeader("Access-Control-Allow-Headers", "*, Authorization");
  response.setHeader("Access-Control-Expose-Headers", "WWW-Authenticate");
  if (method === "OPTIONS") response.writeHead(204).end();
  return method === "OPTIONS";
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}
