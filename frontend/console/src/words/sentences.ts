/** Sentences with places to fill, such as `Added on {day}.`: the compiler knows which places each sentence has. */

import { en } from "./en";
import { fr } from "./fr";
import type { Language } from "./languages";

type Places<Text extends string> = Text extends `${string}{${infer Place}}${infer Rest}` ? Place | Places<Rest> : never;
type Fillings<Key extends Sentence> = Places<(typeof en)[Key]> extends never ? [] : [Record<Places<(typeof en)[Key]>, string | number>];

export type Sentence = keyof typeof en;
/** Says a sentence in the person's language. */
export type Say = <Key extends Sentence>(key: Key, ...fillings: Fillings<Key>) => string;

const SENTENCES: Record<Language, Record<Sentence, string>> = { en, fr };

/** The sentences of this language. */
export function sayIn(language: Language): Say {
  return (key, ...[fillings]) => {
    const places: Readonly<Record<string, string | number>> = fillings ?? {};
    return SENTENCES[language][key].replace(/\{(\w+)\}/g, (whole, place: string) => String(places[place] ?? whole));
  };
}
