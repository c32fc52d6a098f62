/**
 * A stand-in provider over HTTP for faults that the real one cannot be made to commit: another issuer, a wrong nonce, a swapped person.
 * The real provider is met by the browser journeys.
 */

import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { type Received, type Service, sendJson, serve } from "./http";

/** An ID token as far as a client reads it that does not check signatures. */
export function idToken(claims: Record<string, unknown>): string {
  return ["{}", JSON.stringify(claims), "signature"].map((part) => Buffer.from(part).toString("base64url")).join(".");
}

export interface Faults {
  /** Claims that replace the correct ones in the next ID tokens */
  claims?: Record<string, unknown>;
  /** Claims that replace the correct ones of UserInfo */
  userInfo?: Record<string, unknown>;
  /** The issuer it says it is, when not its own */
  issuer?: string;
  /** Status of the revocation endpoint */
  revocation?: number;
}

export interface Provider extends Service {
  readonly faults: Faults;
  /** What the browser would come back with after signing in at this authorization request. */
  authorize(request: URL): URL;
}

export async function startProvider(): Promise<Provider> {
  const faults: Faults = {};
  let asked = new URLSearchParams();

  const answers: Record<string, (request: Received, response: ServerResponse, origin: string) => void> = {
    "/.well-known/openid-configuration": (_request, response, origin) =>
      sendJson(response, {
        issuer: faults.issuer ?? origin,
        authorization_endpoint: `${origin}/oauth2/authorize`,
        token_endpoint: `${origin}/oauth2/token`,
        userinfo_endpoint: `${origin}/oauth2/userinfo`,
        revocation_endpoint: `${origin}/oauth2/revoke`,
        end_session_endpoint: `${origin}/oauth2/logout`,
        authorization_response_iss_parameter_supported: true,
      }),

    "/oauth2/token": (request, response, origin) => {
      const form = new URLSearchParams(request.body);
      const challenge = createHash("sha256")
        .update(form.get("code_verifier") ?? "")
        .digest("base64url");
      if (form.get("code") !== "code-1" || challenge !== asked.get("code_challenge"))
        return sendJson(response, { error: "invalid_grant" }, 400);
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: origin, aud: "demo-spa", sub: "u-1", iat: now, exp: now + 600, nonce: asked.get("nonce"), ...faults.claims };
      sendJson(response, {
        access_token: "fst_at_1",
        token_type: "Bearer",
        expires_in: 600,
        scope: asked.get("scope"),
        id_token: idToken(claims),
      });
    },

    "/oauth2/userinfo": (_request, response) => sendJson(response, { sub: "u-1", name: "Ada Obi", ...faults.userInfo }),

    "/oauth2/revoke": (_request, response) => response.writeHead(faults.revocation ?? 200).end(),
  };

  const service = await serve((request, response) => {
    const answer = answers[request.url.pathname];
    if (answer === undefined) return sendJson(response, {}, 404);
    answer(request, response, `http://${request.headers.host}`);
  });

  return {
    ...service,
    faults,
    authorize(request) {
      asked = request.searchParams;
      const answer = new URL(asked.get("redirect_uri") ?? "");
      answer.search = new URLSearchParams({ code: "code-1", state: asked.get("state") ?? "", iss: service.origin }).toString();
      return answer;
    },
  };
}
