/**
 * The handlers without Next.js, for journeys in a browser: node's own HTTP server, the routes of `example/app`, and one page. Started by
 * `idp/tests/browser/cut_over.py`, which bundles it first; settings come from the environment as in production, `PORT` beside them, and
 * `FIRST_ACCESS_SECONDS`, how long the access token of a fresh sign-in is said to last, for those who cannot wait until it ends.
 */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { createBff, readSettings } from "../src/index";

const seconds = Number(process.env.FIRST_ACCESS_SECONDS || "0");
const ask = globalThis.fetch;
globalThis.fetch = async (address, call) => {
  const answer = await ask(address, call);
  if (!seconds || !answer.ok || !String(call?.body).includes("grant_type=authorization_code")) return answer;
  return Response.json({ ...((await answer.json()) as object), expires_in: seconds });
};

const settings = readSettings(process.env);
const bff = createBff(settings);

type Route = (request: Request) => Promise<Response>;

const ROUTES: Record<string, Route> = {
  "GET /auth/login": bff.login,
  "GET /auth/callback": bff.callback,
  "POST /auth/logout": bff.logout,
  "GET /auth/session": bff.session,
  "POST /auth/backchannel-logout": bff.backchannelLogout,
  "POST /auth/socket-ticket": bff.socketTicket,
  "GET /": home,
  "GET /healthz": async () => new Response("ok"),
};

/** What a layout of the application does: rendered with the person in it. */
async function home(request: Request): Promise<Response> {
  const person = await bff.person(request.headers);
  const name = (person?.name ?? "").replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
  const body = person
    ? `<h1>Hello, ${name}</h1><form action="/auth/logout" method="post"><button>Sign out</button></form>`
    : `<h1>Fashionistar</h1><p><a href="/auth/login?returnUrl=/%3Fback">Sign in</a> <a href="/auth/login?prompt=create">Create an account</a></p>`;
  const page = `<!doctype html><html lang="en-NG"><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,"><main>${body}</main>`;
  return new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" } });
}

function toRequest(incoming: IncomingMessage): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
  const method = incoming.method ?? "GET";
  const hasBody = method !== "GET" && method !== "HEAD";
  // What Next.js does: the body is a stream.
  const body = hasBody ? { body: Readable.toWeb(incoming) as ReadableStream, duplex: "half" as const } : {};
  return new Request(new URL(incoming.url ?? "/", settings.origin), { method, headers, ...body });
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) if (name !== "set-cookie") outgoing.setHeader(name, value);
  outgoing.setHeader("Set-Cookie", response.headers.getSetCookie());
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

createServer(async (incoming, outgoing) => {
  const request = toRequest(incoming);
  const { pathname } = new URL(request.url);
  const route = pathname.startsWith("/api/") ? bff.api : ROUTES[`${request.method} ${pathname}`];
  await send(route === undefined ? new Response("There is nothing here.", { status: 404 }) : await route(request), outgoing);
}).listen(Number(process.env.PORT), "127.0.0.1");
