/** What the operator says, read once when the process starts; every mistake is named together, and no value is shown. */

export interface Settings {
  /** This application as browsers see it. http is for loopback only, and decides whether cookies are Secure. */
  readonly origin: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Keys of the cookies are made of these, the newest first; older ones still open what they closed. */
  readonly cookieSecrets: readonly string[];
  readonly scope: string;
  /** Where calls of `/api/…` go, or "" when this application has no backend. */
  readonly backend: string;
  /** Path at the backend that gives tickets for WebSockets (`fashionistar_auth.tickets.views.IssueTicket`). */
  readonly socketTicketPath: string;
  /** Path of the callback, as registered at the provider. */
  readonly callbackPath: string;
}

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);
const SHORTEST_SECRET = 32;

/** The settings in these variables. Throws an Error that lists everything that is wrong. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const wrong: string[] = [];
  const text = (name: string, otherwise?: string): string => {
    const value = env[name] || otherwise;
    if (value === undefined) wrong.push(`${name} is missing`);
    return value ?? "";
  };
  const address = (name: string, bare: boolean): string => {
    const value = text(name);
    if (value !== "" && !isAddress(value, bare))
      wrong.push(`${name} must be an https ${bare ? "origin without a path" : "address"}, or http on this machine`);
    return value;
  };
  const path = (name: string, otherwise: string): string => {
    const value = text(name, otherwise);
    if (!/^\/[\w./-]*$/.test(value)) wrong.push(`${name} must be a path`);
    return value;
  };

  const settings: Settings = {
    origin: address("BFF_ORIGIN", true),
    issuer: address("IDP_ISSUER", false),
    clientId: text("BFF_CLIENT_ID"),
    clientSecret: text("BFF_CLIENT_SECRET"),
    cookieSecrets: text("BFF_COOKIE_SECRETS")
      .split(",")
      .map((secret) => secret.trim()),
    scope: text("BFF_SCOPE", "openid profile email roles offline_access"),
    backend: env.BFF_BACKEND ? address("BFF_BACKEND", true) : "",
    socketTicketPath: path("BFF_SOCKET_TICKET_PATH", "/api/socket-ticket"),
    callbackPath: path("BFF_CALLBACK_PATH", "/auth/callback"),
  };
  if (settings.cookieSecrets.some((secret) => secret.length < SHORTEST_SECRET))
    wrong.push(`each of BFF_COOKIE_SECRETS must have ${SHORTEST_SECRET} characters or more`);
  if (wrong.length > 0) throw new Error(`Sign-in cannot be set up: ${[...new Set(wrong)].join("; ")}.`);
  return Object.freeze(settings);
}

/** True for an address whose tokens and secrets travel encrypted, or never leave this machine. */
function isAddress(value: string, bare: boolean): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  if (bare && url.origin !== value) return false;
  if (url.username || url.password || url.search || url.hash) return false;
  return url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.has(url.hostname));
}
