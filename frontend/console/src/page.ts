/** What the server wrote into the page for the console (`frontend/templates/account/console.html`). */

import { type Language, languageOf } from "./words/languages";

export interface Page {
  /** Sent back with every change: the cookie alone proves nothing. */
  readonly csrf: string;
  /** The language of the page, before it is known what the account prefers. */
  readonly language: Language;
  /** The console's own address; its views are below. */
  readonly root: string;
  /** The pages that do the same without a script. */
  readonly pages: string;
  /** Where people sign in. */
  readonly entrance: string;
  /** Where a new password is judged while it is typed. */
  readonly strength: string;
}

/** Reads the attributes of the console's element. */
export function readPage(element: HTMLElement): Page {
  const { csrf = "", root = "", pages = "", entrance = "", strength = "" } = element.dataset;
  return { csrf, root, pages, entrance, strength, language: languageOf(document.documentElement.lang) };
}
