/**
 * Serves the built storefront, without dependencies: the files of dist/demo-spa, /config.json from the environment, and security headers.
 * All files are read once at start and found by exact name, so no request can reach another file.
 *
 * HOST (127.0.0.1) PORT (5173; 0 picks one) IDP_ISSUER (http://localhost:8000) DEMO_API_ORIGIN (http://localhost:8001) DEMO_SPA_CLIENT_ID (demo-spa)
 * DEMO_DESK_CLIENT_ID (demo-desk)
 * Ends with 0 on SIGTERM or Ctrl-C; with 1 and one sentence when it cannot start.
 */

import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const DIST = fileURLToPath(new URL("../dist/demo-spa/", import.meta.url));
const TYPES = new Map([
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".svg", "image/svg+xml"],
  [".json", "application/json"],
]);
/** The pages, and the addresses that the provider sends the browser back to: the same page answers them. */
const PAGES = new Map([
  ["index.html", ["/", "/callback", "/silent-callback"]],
  ["desk.html", ["/desk", "/desk/callback", "/desk/silent-callback"]],
]);

/** @typedef {{type: string, body: Buffer, cache: string}} Resource */

/** @param {string} sentence @returns {never} */
function refuse(sentence) {
  console.error(sentence);
  process.exit(1);
}

/** The origin of an absolute http(s) URL from the environment. @param {string} name @param {string} value */
function originOf(name, value) {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") refuse(`${name} is not an http or https address: "${value}".`);
  return url.origin;
}

function readEnvironment() {
  const { HOST = "127.0.0.1", PORT = "5173", IDP_ISSUER = "http://localhost:8000" } = process.env;
  const { DEMO_API_ORIGIN = "http://localhost:8001", DEMO_SPA_CLIENT_ID = "demo-spa" } = process.env;
  const { DEMO_DESK_CLIENT_ID = "demo-desk" } = process.env;
  if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65535) refuse(`PORT is not a port number: "${PORT}".`);
  const provider = originOf("IDP_ISSUER", IDP_ISSUER);
  const api = originOf("DEMO_API_ORIGIN", DEMO_API_ORIGIN);
  const config = { issuer: IDP_ISSUER, client_id: DEMO_SPA_CLIENT_ID, desk_client_id: DEMO_DESK_CLIENT_ID, api_origin: api };
  return { host: HOST, port: Number(PORT), provider, api, config };
}

/** Every address this server answers. @param {object} config @returns {Map<string, Resource>} */
function loadResources(config) {
  const resources = new Map();
  try {
    for (const [file, addresses] of PAGES) {
      const html = readFileSync(join(DIST, file));
      for (const address of addresses) resources.set(address, { type: TYPES.get(".html"), body: html, cache: "no-store" });
    }
    for (const name of readdirSync(join(DIST, "assets"))) {
      const type = TYPES.get(extname(name)) ?? "application/octet-stream";
      // The name holds a hash of the content, so a copy never grows old.
      resources.set(`/assets/${name}`, {
        type,
        body: readFileSync(join(DIST, "assets", name)),
        cache: "public, max-age=31536000, immutable",
      });
    }
  } catch {
    refuse("The storefront is not built yet: run `npm ci` and `npm run build` in the folder frontend.");
  }
  resources.set("/config.json", { type: TYPES.get(".json"), body: Buffer.from(JSON.stringify(config)), cache: "no-store" });
  return resources;
}

/** Scripts and styles of our own only; requests to the provider and the backend only. @param {string} path @param {string} provider @param {string} api */
function securityHeaders(path, provider, api) {
  // The hidden frame of a silent sign-in ends on our own page, so that address may be framed, by us.
  const framed = path.endsWith("/silent-callback");
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${provider} ${api}`,
    `frame-src 'self' ${provider}`,
    `frame-ancestors ${framed ? "'self'" : "'none'"}`,
    "base-uri 'none'",
    // Signing out is a form; the address it ends at counts as well.
    `form-action 'self' ${provider}`,
    "require-trusted-types-for 'script'",
  ];
  return {
    "Content-Security-Policy": policy.join("; "),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": framed ? "SAMEORIGIN" : "DENY",
  };
}

/** @param {string} sentence @returns {Resource} */
function plain(sentence) {
  return { type: "text/plain; charset=utf-8", body: Buffer.from(`${sentence}\n`), cache: "no-store" };
}

const { host, port, provider, api, config } = readEnvironment();
const resources = loadResources(config);

/** @param {string | undefined} method @param {string} path @returns {{status: number, resource: Resource}} */
function find(method, path) {
  if (method !== "GET" && method !== "HEAD") return { status: 405, resource: plain("This server answers GET and HEAD only.") };
  const resource = resources.get(path);
  return resource ? { status: 200, resource } : { status: 404, resource: plain("There is nothing at this address.") };
}

const server = createServer((request, response) => {
  const path = String(request.url).replace(/\?.*/s, "");
  const { status, resource } = find(request.method, path);
  response.writeHead(status, {
    ...securityHeaders(path, provider, api),
    ...(status === 405 ? { Allow: "GET, HEAD" } : {}),
    "Content-Type": resource.type,
    "Content-Length": resource.body.length,
    "Cache-Control": resource.cache,
  });
  response.end(request.method === "HEAD" ? undefined : resource.body);
});

server.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
  if (error.code === "EADDRINUSE") refuse(`Port ${port} on ${host} is taken: stop the program that uses it, or set PORT to another one.`);
  refuse(`The storefront cannot listen on ${host}:${port} (${error.code ?? error.message}).`);
});
server.listen(port, host, () => {
  const address = server.address();
  const actual = typeof address === "object" && address !== null ? address.port : port;
  console.log(`Demo storefront: http://${host === "127.0.0.1" ? "localhost" : host}:${actual}`);
});

for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
