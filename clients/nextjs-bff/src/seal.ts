/** Encryption of what the browser keeps for us (JWE, A256GCM): it can neither read nor change it, nor use it for another purpose. */

import { hkdfSync } from "node:crypto";
import { EncryptJWT, errors, type JWTPayload, jwtDecrypt } from "jose";

/** What a sealed text is for; one is never taken for the other. */
export type Purpose = "state" | "login" | "session";

export class Sealer {
  readonly #keys: readonly Uint8Array[];

  /** The first secret closes, every one opens. */
  constructor(secrets: readonly string[]) {
    this.#keys = secrets.map((secret) => new Uint8Array(hkdfSync("sha256", secret, "", "fashionistar-bff cookie", 32)));
  }

  async seal(purpose: Purpose, content: JWTPayload, seconds: number): Promise<string> {
    const key = this.#keys[0] as Uint8Array;
    const token = new EncryptJWT(content).setProtectedHeader({ alg: "dir", enc: "A256GCM" });
    return token
      .setAudience(purpose)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
      .encrypt(key);
  }

  /** What was sealed for this purpose, or null when it was not by us, was changed, or is too old. */
  async open(purpose: Purpose, sealed: string | undefined): Promise<JWTPayload | null> {
    if (!sealed) return null;
    for (const key of this.#keys) {
      try {
        const options = {
          audience: purpose,
          requiredClaims: ["exp"],
          keyManagementAlgorithms: ["dir"],
          contentEncryptionAlgorithms: ["A256GCM"],
        };
        return (await jwtDecrypt(sealed, key, options)).payload;
      } catch (failure) {
        if (!(failure instanceof errors.JOSEError)) throw failure;
      }
    }
    return null;
  }
}
