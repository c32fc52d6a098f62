/** The storefront's server, as a process: its files, its settings, its headers, its ends. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { FRONTEND, list } from "./files";

const ENVIRONMENT = { PORT: "0", IDP_ISSUER: "https://accounts.example.com", DEMO_API_ORIGIN: "https://api.example.com" };

function launch(environment: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [join(FRONTEND, "demo-spa/serve.mjs")], { env: environment, stdio: "pipe" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

async function start(environment: Record<string, string> = ENVIRONMENT): Promise<{ child: ChildProcess; origin: string }> {
  const child = launch(environment);
  const [line] = await once(child.stdout as NodeJS.ReadableStream, "data");
  return { child, origin: String(line).trim().replace("Demo storefront: ", "") };
}

/** Ends that are not "listening": exit status and what it said. */
async function failure(environment: Record<string, string>): Promise<[number, string]> {
  const child = launch(environment);
  let said = "";
  child.stderr?.on("data", (chunk) => {
    said += String(chunk);
  });
  const [status] = await once(child, "close");
  return [status, said.trim()];
}

/** Sends the path byte for byte, which fetch would tidy up first. */
async function status(origin: string, path: string, method = "GET"): Promise<number> {
  const outgoing = httpRequest(origin, { path, method });
  outgoing.end();
  const [response] = await once(outgoing, "response");
  response.resume();
  return response.statusCode;
}

describe("the files", () => {
  test("are the page at its three addresses, never kept by a cache", async () => {
    const { origin } = await start();
    for (const path of ["/", "/callback?code=x&state=y", "/silent-callback?error=login_required"]) {
      const response = await fetch(origin + path);
      expect(response.status).toBe(200);
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(await response.text()).toContain("Fashionistar demo shop");
    }
  });

  test("are the desk at its three addresses, of which one may be framed by the desk itself", async () => {
    const { origin } = await start();
    for (const path of ["/desk", "/desk/callback?code=x&state=y", "/desk/silent-callback?error=login_required"]) {
      const response = await fetch(origin + path);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain("Fashionistar demo desk");
      expect(response.headers.get("x-frame-options")).toBe(path.startsWith("/desk/silent") ? "SAMEORIGIN" : "DENY");
    }
  });

  test("are assets with a hash in their name, kept for ever", async () => {
    const { origin } = await start();
    const assets = list("dist/demo-spa/assets");
    expect(assets.length).toBeGreaterThan(5);
    for (const asset of assets) {
      const response = await fetch(`${origin}/${asset.replace("dist/demo-spa/", "")}`);
      expect(response.headers.get("cache-control")).toContain("immutable");
      expect(response.headers.get("content-type")).toMatch(/^(text\/(javascript|css)|image\/svg\+xml)/);
    }
  });

  test.each([
    "/../package.json",
    "/assets/../../package.json",
    "/..%2fpackage.json",
    "/assets/%2e%2e/index.html",
    "//etc/passwd",
    "/%00",
    "/assets/",
  ])("do not include %s", async (path) => {
    const { origin } = await start();
    expect(await status(origin, path)).toBe(404);
  });

  test("are only read: GET and HEAD, nothing else", async () => {
    const { origin } = await start();
    const head = await fetch(origin, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) expect(await status(origin, "/", method)).toBe(405);
  });
});

test("the settings come from the environment", async () => {
  const { origin } = await start({ ...ENVIRONMENT, DEMO_SPA_CLIENT_ID: "another-spa", DEMO_DESK_CLIENT_ID: "another-desk" });
  const response = await fetch(`${origin}/config.json`);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(await response.json()).toEqual({
    issuer: "https://accounts.example.com",
    client_id: "another-spa",
    desk_client_id: "another-desk",
    api_origin: "https://api.example.com",
  });
});

describe("the security headers", () => {
  test("are on every answer, errors included", async () => {
    const { origin } = await start();
    for (const path of ["/", "/config.json", "/nowhere"]) {
      const { headers } = await fetch(origin + path);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("x-frame-options")).toBe("DENY");
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).toContain("connect-src 'self' https://accounts.example.com https://api.example.com;");
      expect(policy).toContain("frame-src 'self' https://accounts.example.com;");
      expect(policy).toContain("form-action 'self' https://accounts.example.com;");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|data:|\*/);
    }
  });

  test("let our own page frame the end of a silent sign-in, and nothing else", async () => {
    const { headers } = await fetch(`${(await start()).origin}/silent-callback`);
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'self'");
    expect(headers.get("x-frame-options")).toBe("SAMEORIGIN");
  });
});

describe("the process", () => {
  test.each(["SIGTERM", "SIGINT"] as const)("ends with 0 on %s, open connections or not", async (signal) => {
    const { child, origin } = await start();
    await fetch(origin);
    child.kill(signal);
    expect((await once(child, "close"))[0]).toBe(0);
  });

  test("says in one sentence that the port is taken", async () => {
    const squatter = createServer().listen(0, "127.0.0.1");
    await once(squatter, "listening");
    onTestFinished(() => void squatter.close());
    const { port } = squatter.address() as { port: number };
    const [code, said] = await failure({ ...ENVIRONMENT, PORT: String(port) });
    expect([code, said]).toEqual([1, `Port ${port} on 127.0.0.1 is taken: stop the program that uses it, or set PORT to another one.`]);
  });

  test.each([
    [{ PORT: "http" }, 'PORT is not a port number: "http".'],
    [{ PORT: "70000" }, 'PORT is not a port number: "70000".'],
    [{ IDP_ISSUER: "accounts.example.com" }, 'IDP_ISSUER is not an http or https address: "accounts.example.com".'],
    [{ DEMO_API_ORIGIN: "ftp://x" }, 'DEMO_API_ORIGIN is not an http or https address: "ftp://x".'],
  ])("refuses to start with %o", async (environment, sentence) => {
    expect(await failure({ ...ENVIRONMENT, ...environment })).toEqual([1, sentence]);
  });
});
