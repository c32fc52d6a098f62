/** The languages and time zones one may choose; what the account has already is among them, whatever it is. */

import { LANGUAGES, type Language } from "../words/languages";

type Choices = (readonly [value: string, words: string])[];

/** Each language in its own words; a tag of the account that is none of ours in the words of `spoken`. */
export function languageChoices(present: string, spoken: Language): Choices {
  const ours: Choices = LANGUAGES.map((language) => [language, named(language, language)]);
  return !present || ours.some(([tag]) => tag === present) ? ours : [...ours, [present, named(present, spoken)]];
}

function named(tag: string, spoken: string): string {
  try {
    return new Intl.DisplayNames([spoken], { type: "language" }).of(tag.replace("_", "-")) ?? tag;
  } catch {
    return tag;
  }
}

/** By the names of the IANA database, as far as this browser knows them. */
export function zoneChoices(present: string): Choices {
  const known = Intl.supportedValuesOf("timeZone");
  const zones = !present || known.includes(present) ? known : [present, ...known];
  return zones.map((zone) => [zone, zone.replaceAll("_", " ")]);
}
