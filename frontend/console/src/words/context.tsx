/** The language of everything below: sentences and dates. */

import { createContext, type ReactNode, useContext, useEffect, useMemo } from "react";
import { type Dates, datesIn } from "./dates";
import type { Language } from "./languages";
import { type Say, sayIn } from "./sentences";

interface Words {
  readonly language: Language;
  readonly say: Say;
  readonly dates: Dates;
}

const Context = createContext<Words | null>(null);

export function Speaking({ language, zone, children }: { language: Language; zone: string; children: ReactNode }) {
  const words = useMemo(() => ({ language, say: sayIn(language), dates: datesIn(language, zone) }), [language, zone]);
  // Assistive technology reads the page by this (WCAG 2.2, 3.1.1).
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return <Context value={words}>{children}</Context>;
}

/** Throws outside of `Speaking`: a mistake of ours, never a state of the page. */
export function useWords(): Words {
  const words = useContext(Context);
  if (!words) throw new Error("no language here");
  return words;
}
