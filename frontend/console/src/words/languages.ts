/** The languages of the console, those of the provider's pages; which of them is nearest to a tag such as `fr-CI`. */

export const LANGUAGES = ["en", "fr"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language of a BCP 47 tag, or the one to fall back on. */
export function languageOf(tag: string, otherwise: Language = "en"): Language {
  const wanted = tag.split(/[-_]/)[0]?.toLowerCase();
  return LANGUAGES.find((language) => language === wanted) ?? otherwise;
}
