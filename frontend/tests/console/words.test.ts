/** The console's sentences: complete, with the same places, in every language; dates in the person's zone. */

import { expect, test } from "vitest";
import { datesIn } from "../../console/src/words/dates";
import { en } from "../../console/src/words/en";
import { fr } from "../../console/src/words/fr";
import { languageOf } from "../../console/src/words/languages";
import { type Sentence, sayIn } from "../../console/src/words/sentences";

const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
const keys = Object.keys(en) as Sentence[];
// A pattern, not a sentence.
const ALIKE = ["frame.title"];

test("every sentence is there in French, and is French", () => {
  expect(Object.keys(fr).sort()).toEqual([...keys].sort());
  expect(keys.filter((key) => fr[key] === en[key])).toEqual(ALIKE);
});

test("every sentence has words, and the same places to fill", () => {
  expect(keys.filter((key) => String(places(fr[key])) !== String(places(en[key])) || !fr[key].trim())).toEqual([]);
});

test("places are filled, whatever fills them", () => {
  expect(sayIn("fr")("security.added", { day: "$& {day}" })).toBe("Ajouté le $& {day}.");
});

test.each([
  ["fr-CI", "fr"],
  ["FR_ca", "fr"],
  ["de", "en"],
  ["", "en"],
] as const)("%s is spoken as %s", (tag, language) => {
  expect(languageOf(tag)).toBe(language);
});

test("times are those of the account's zone, and of the browser where the zone is unknown", () => {
  expect(datesIn("en", "Africa/Lagos").time("2026-09-01T23:30:00Z")).toMatch(/September 2, 2026 at 12:30/);
  expect(datesIn("fr", "Africa/Lagos").day("2026-09-01T23:30:00Z")).toBe("2 septembre 2026");
  expect(datesIn("en", "Mars/Olympus").day("2026-09-01T12:00:00Z")).toBe("September 1, 2026");
});
