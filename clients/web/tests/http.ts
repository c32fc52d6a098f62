/** A real HTTP server on loopback for one test: answers as told, remembers what it was asked, and ends with the tests' process. */

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
}

/** Starts a server that `answer` speaks for. */
export async function serve(answer: (request: Received, response: ServerResponse) => void): Promise<Service> {
  const received: Received[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const url = new URL(incoming.url ?? "/", "http://localhost");
    const request = { method: incoming.method ?? "", url, headers: incoming.headers, body: Buffer.concat(chunks).toString() };
    // Pages of any origin may read the answers, as with the real services' CORS rules.
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Access-Control-Allow-Headers", "*, Authorization");
    response.setHeader("Access-Control-Expose-Headers", "WWW-Authenticate");
    if (request.method === "OPTIONS") return void response.writeHead(204).end();
    received.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  return { origin: `http://localhost:${(server.address() as AddressInfo).port}`, received };
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}

/** An origin on which nothing listens: it did a moment ago. */
export async function silentOrigin(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://localhost:${port}`;
}
