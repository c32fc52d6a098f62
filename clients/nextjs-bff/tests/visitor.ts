/** A browser as far as the handlers can tell: it keeps cookies, says where a page comes from, and follows the way to the provider. */

import type { Bff } from "../src/bff";
import { createBff, type Options } from "../src/bff";
import { readSettings } from "../src/settings";
import { CLIENT_ID, CLIENT_SECRET, type Op } from "./op";

export const ORIGIN = "http://localhost:3000";

export const ENV = {
  BFF_ORIGIN: ORIGIN,
  BFF_CLIENT_ID: CLIENT_ID,
  BFF_CLIENT_SECRET: CLIENT_SECRET,
  BFF_COOKIE_SECRETS: "c".repeat(40),
};

/** What was logged by the application under test. */
export const logged: string[] = [];

export function application(env: Record<string, string>, options: Options = {}): Bff {
  const log: Options["log"] = (level, event, facts) => void logged.push(JSON.stringify({ level, event, ...facts }));
  return createBff(readSettings({ ...ENV, ...env }), { log, ...options });
}

export interface Envelope {
  readonly success: boolean;
  readonly message: string;
  readonly code?: string;
  readonly data?: Record<string, unknown>;
}

export class Visitor {
  readonly jar = new Map<string, string>();
  /** The Set-Cookie headers of the last answer. */
  cookies: string[] = [];

  constructor(
    readonly bff: Bff,
    private readonly origin = ORIGIN,
  ) {}

  async ask(
    handler: keyof Omit<Bff, "person">,
    path: string,
    { method = "GET", headers = {} as Record<string, string>, body = "" } = {},
  ): Promise<Response> {
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const own = method === "GET" ? {} : { Origin: this.origin };
    const request = new Request(this.origin + path, {
      method,
      headers: { ...own, ...(cookie && { Cookie: cookie }), ...headers },
      ...(body && { body }),
    });
    const answer = await this.bff[handler](request);
    this.cookies = answer.headers.getSetCookie();
    for (const line of this.cookies) {
      const [name = "", value = ""] = (line.split(";")[0] ?? "").split(/=(.*)/s);
      if (line.includes("Max-Age=0")) this.jar.delete(name);
      else this.jar.set(name, value);
    }
    return answer;
  }

  async json(handler: keyof Omit<Bff, "person">, path: string, options = {}): Promise<Envelope & { status: number }> {
    const answer = await this.ask(handler, path, options);
    return { status: answer.status, ...((await answer.json()) as Envelope) };
  }

  /** To the provider; the authorization request. */
  async leave(path = "/auth/login"): Promise<URL> {
    const answer = await this.ask("login", path);
    if (answer.status !== 303) throw new Error(`${answer.status}: ${await answer.text()}`);
    return new URL(answer.headers.get("Location") ?? "");
  }

  /** There and back; the answer to the callback. */
  async signIn(op: Op, path = "/auth/login", answer?: Record<string, string>): Promise<Response> {
    const back = op.authorize(await this.leave(path), answer);
    return this.ask("callback", back.pathname + back.search);
  }

  /** Another browser, or another tab that already has these cookies. */
  copy(bff = this.bff): Visitor {
    const twin = new Visitor(bff, this.origin);
    for (const [name, value] of this.jar) twin.jar.set(name, value);
    return twin;
  }
}
