/** What the test that starts the provider hands over: where it is, who signs in, and what the clients were given. */

import { readFileSync } from "node:fs";

interface World {
  readonly issuer: string;
  readonly person: { readonly username: string; readonly password: string };
  readonly secret: string;
  readonly ecKey: JsonWebKey;
  readonly rsaKey: JsonWebKey;
  readonly redirectUri: string;
  readonly afterLogout: string;
  readonly scope: string;
}

export const world: World = JSON.parse(readFileSync(process.env.INDEPENDENT_CLIENTS ?? "", "utf-8"));
