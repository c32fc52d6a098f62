/** Cookies of this application: names, attributes, and their reading. */

/** Browsers keep a cookie of 4096 bytes with its name and attributes (RFC 6265, 6.1). */
const LARGEST = 3900;

export class Cookies {
  readonly #prefix: string;
  readonly #attributes: string;

  /** `__Host-` ties a cookie to this very host and to https; http on this machine has no Secure cookies, as at the provider. */
  constructor(origin: string) {
    const secure = origin.startsWith("https:");
    this.#prefix = `${secure ? "__Host-" : ""}fashionistar_`;
    this.#attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
  }

  /** The value of the one cookie of that name; undefined when there is none, or two that contradict each other. */
  read(request: Request, name: string): string | undefined {
    const values = new Set(
      this.#pairs(request)
        .filter(([found]) => found === this.#prefix + name)
        .map(([, value]) => value),
    );
    return values.size === 1 ? [...values][0] : undefined;
  }

  /** Names (without our prefix) that begin like this. */
  names(request: Request, beginning: string): string[] {
    const start = this.#prefix + beginning;
    return this.#pairs(request).flatMap(([found]) => (found.startsWith(start) ? [found.slice(this.#prefix.length)] : []));
  }

  set(name: string, value: string, seconds: number): string {
    return `${this.#prefix}${name}=${value}; ${this.#attributes}; Max-Age=${seconds}`;
  }

  clear(name: string): string {
    return this.set(name, "", 0);
  }

  fits(cookie: string): boolean {
    return cookie.length <= LARGEST;
  }

  #pairs(request: Request): [string, string][] {
    return (request.headers.get("Cookie") ?? "").split(";").map((pair) => {
      const [name = "", ...value] = pair.trim().split("=");
      return [name, value.join("=")];
    });
  }
}
