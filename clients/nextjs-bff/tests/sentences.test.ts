/** What went wrong is said in the language that the browser asks for; English where it asks for none of ours. */

import { beforeEach, describe, expect, test } from "vitest";
import { FAILURES, languageOf } from "../src/sentences";
import { type Op, startOp } from "./op";
import { application, Visitor } from "./visitor";

describe("an answer is said in the person's language", () => {
  let op: Op;
  let visitor: Visitor;

  beforeEach(async () => {
    op = await startOp();
    visitor = new Visitor(application({ IDP_ISSUER: op.origin }));
  });

  const FRENCH = { headers: { "Accept-Language": "fr-CA,fr;q=0.9,en;q=0.8" } };

  test("to a script", async () => {
    const answer = await visitor.ask("socketTicket", "/auth/socket-ticket", { method: "POST", ...FRENCH });
    expect([answer.status, answer.headers.get("Content-Language")]).toEqual([401, "fr"]);
    expect(await answer.json()).toMatchObject({
      code: "not_signed_in",
      message: "Vous n’êtes pas connecté. Veuillez vous connecter pour continuer.",
    });
  });

  test("as is what went well", async () => {
    const answer = await visitor.ask("session", "/auth/session", FRENCH);
    expect([answer.status, answer.headers.get("Content-Language")]).toEqual([200, "fr"]);
    expect(await answer.json()).toMatchObject({ success: true, message: "Vous n’êtes pas connecté." });
  });

  test("on a page", async () => {
    const answer = await visitor.ask("callback", "/auth/callback?code=x&state=y", FRENCH);
    expect([answer.status, answer.headers.get("Content-Language")]).toEqual([400, "fr"]);
    const page = await answer.text();
    for (const words of ['<html lang="fr"', "Cette connexion n’a pas été commencée", "Se connecter", "Page d’accueil", "Référence"])
      expect(page).toContain(words);
    expect(page).not.toContain("Sign");
  });

  test("in English to whoever asks for another, and to whoever does not ask", async () => {
    for (const headers of [{ "Accept-Language": "de" }, {}] as Record<string, string>[]) {
      const answer = await visitor.ask("callback", "/auth/callback", { headers });
      expect(answer.headers.get("Content-Language")).toBe("en");
      expect(await answer.text()).toContain('<html lang="en"');
    }
  });

  test("to the provider in ASCII, whatever it asks for (RFC 6749, 5.2)", async () => {
    const notice = {
      method: "POST",
      headers: { ...FRENCH.headers, "Content-Type": "application/x-www-form-urlencoded" },
      body: "logout_token=x",
    };
    const answer = await visitor.ask("backchannelLogout", "/auth/backchannel-logout", notice);
    const body = (await answer.json()) as Record<string, string>;
    expect(body.error).toBe("invalid_request");
    expect(body.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
  });
});

test("every failure has a sentence of its own in both languages", () => {
  const said = Object.values(FAILURES);
  for (const [, english, french] of said) for (const sentence of [english, french]) expect(sentence).toMatch(/^[A-Z].*\.$/);
  for (const language of [1, 2] as const) expect(new Set(said.map((line) => line[language])).size).toBe(said.length);
});

test.each([
  ["fr", "fr"],
  ["FR-be", "fr"],
  ["en-NG, fr;q=0.5", "en"],
  ["en;q=0.1, fr ; q=0.7", "fr"],
  ["de, fr;q=0.2", "fr"],
  ["fr;q=0", "en"],
  ["fr;q=0, en;q=0.1", "en"],
  ["fr;q=nonsense, en;q=0.5", "en"],
  ["*", "en"],
  ["frx", "en"],
  ["", "en"],
  [",;q=,".repeat(2000), "en"],
])("%j", (header, language) => {
  expect(languageOf(new Headers({ "Accept-Language": header }))).toBe(language);
});
