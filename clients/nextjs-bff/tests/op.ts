/** A small OpenID provider in this process: it signs with a real key, and errs as a test asks. The real one is met by the browser journeys. */

import { createHash, randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { type Received, type Service, sendJson, serve } from "../../testing/http";

export const CLIENT_ID = "shop-bff";
export const CLIENT_SECRET = "a secret, with: signs+";
export const SUB = "01939a4e-0000-7000-8000-000000000001";
export const EVENT = "http://schemas.openid.net/event/backchannel-logout";

export interface Faults {
  /** Claims that replace the correct ones in the next ID tokens */
  claims?: JWTPayload;
  /** How long access tokens last, in seconds */
  lifetime?: number;
  /** The answer to every refresh */
  refresh?: { status: number; error: string };
  /** What happens while a refresh is under way */
  meanwhile?: () => Promise<unknown>;
  /** Status of the token endpoint for a code */
  token?: number;
  /** Sign with a key that is not in the key set */
  strangeKey?: boolean;
}

export interface Op extends Service {
  readonly faults: Faults;
  /** What the browser comes back with from this authorization request. */
  authorize(request: URL, answer?: Record<string, string>): URL;
  /** A logout token; a change to undefined removes the claim. */
  logoutToken(changes?: Record<string, unknown>, header?: { typ?: string; alg?: string }): Promise<string>;
  /** How often a refresh token was used. */
  refreshes(): number;
}

export async function startOp(): Promise<Op> {
  const faults: Faults = {};
  const [own, strange] = await Promise.all([generateKeyPair("ES256"), generateKeyPair("ES256")]);
  const jwk = { ...(await exportJWK(own.publicKey)), kid: "k1", alg: "ES256", use: "sig" };
  let asked = new URLSearchParams();
  let issued = 0;
  let live = "";

  const sign = (claims: JWTPayload, typ = "JWT") =>
    new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid: "k1", typ }).sign(faults.strangeKey ? strange.privateKey : own.privateKey);

  const tokens = async (origin: string, nonce: string | null) => {
    if (nonce === null) await faults.meanwhile?.();
    const now = Math.floor(Date.now() / 1000);
    issued += 1;
    live = `refresh-${issued}`;
    const claims = {
      iss: origin,
      aud: CLIENT_ID,
      sub: SUB,
      sid: "sid-1",
      iat: now,
      exp: now + 600,
      auth_time: now,
      name: "Ada Obi",
      email: "ada@example.com",
      role: "client",
    };
    return {
      access_token: `access-${issued}`,
      token_type: "Bearer",
      expires_in: faults.lifetime ?? 600,
      refresh_token: live,
      id_token: await sign({ ...claims, ...(nonce && { nonce }), ...faults.claims }),
    };
  };

  const answers: Record<string, (request: Received, response: ServerResponse, origin: string) => void | Promise<void>> = {
    "/.well-known/openid-configuration": (_request, response, origin) =>
      sendJson(response, {
        issuer: origin,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        revocation_endpoint: `${origin}/revoke`,
        end_session_endpoint: `${origin}/logout`,
        jwks_uri: `${origin}/jwks`,
        id_token_signing_alg_values_supported: ["ES256"],
        authorization_response_iss_parameter_supported: true,
      }),
    "/jwks": (_request, response) => sendJson(response, { keys: [jwk] }),
    "/revoke": (_request, response) => void response.writeHead(200).end(),
    "/token": async (request, response, origin) => {
      const form = new URLSearchParams(request.body);
      const [refusal, status] = (form.get("grant_type") === "refresh_token" ? refusalOfRefresh : refusalOfCode)(form);
      if (!isOurClient(request)) return sendJson(response, { error: "invalid_client" }, 401);
      if (refusal) return sendJson(response, { error: refusal }, status);
      return sendJson(response, await tokens(origin, form.has("code") ? asked.get("nonce") : null));
    },
  };

  /** Each refresh token serves once. */
  function refusalOfRefresh(form: URLSearchParams): [string, number] {
    if (faults.refresh) return [faults.refresh.error, faults.refresh.status];
    return [form.get("refresh_token") === live ? "" : "invalid_grant", 400];
  }

  /** RFC 7636, 4.6; RFC 6749, 4.1.3. */
  function refusalOfCode(form: URLSearchParams): [string, number] {
    if (faults.token) return ["server_error", faults.token];
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const isRight = form.get("code") === "code-1" && challenge === asked.get("code_challenge");
    return [isRight && form.get("redirect_uri") === asked.get("redirect_uri") ? "" : "invalid_grant", 400];
  }

  const service = await serve((request, response) => {
    const answer = answers[request.url.pathname];
    return answer === undefined ? sendJson(response, {}, 404) : answer(request, response, `http://${request.headers.host}`);
  });

  return {
    ...service,
    faults,
    authorize(request, answer = { code: "code-1" }) {
      asked = request.searchParams;
      const back = new URL(asked.get("redirect_uri") ?? "");
      back.search = new URLSearchParams({ ...answer, state: asked.get("state") ?? "", iss: service.origin }).toString();
      return back;
    },
    logoutToken(changes = {}, header = {}) {
      const now = Math.floor(Date.now() / 1000);
      const claims = {
        iss: service.origin,
        aud: CLIENT_ID,
        sub: SUB,
        sid: "sid-1",
        iat: now,
        exp: now + 120,
        jti: randomUUID(),
        events: { [EVENT]: {} },
        ...changes,
      };
      const present = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
      if (header.alg === "HS256")
        return new SignJWT(present).setProtectedHeader({ alg: "HS256", typ: "logout+jwt" }).sign(Buffer.from(CLIENT_SECRET));
      return sign(present, header.typ ?? "logout+jwt");
    },
    refreshes: () =>
      service.received.filter(({ url, body }) => url.pathname === "/token" && body.includes("grant_type=refresh_token")).length,
  };
}

/** HTTP Basic, each part form-urlencoded first (RFC 6749, 2.3.1). */
function isOurClient(request: Received): boolean {
  const credentials = Buffer.from(request.headers.authorization?.slice(6) ?? "", "base64").toString();
  const [id, secret] = credentials.split(":").map((part) => decodeURIComponent(part.replaceAll("+", " ")));
  return id === CLIENT_ID && secret === CLIENT_SECRET;
}
