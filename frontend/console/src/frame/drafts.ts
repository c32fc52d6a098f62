/**
 * What somebody typed and did not save: kept while they look at another view, and over the way to the sign-in page and back, where it
 * waits in this tab alone. For the same person only. Passwords are never given to it.
 */

import { useState } from "react";

type Fields = Readonly<Record<string, string>>;

const KEY = "account-console-drafts";
const typed = new Map<string, Fields>();
let whose = "";

/** Call before leaving for the sign-in page. */
export function keepDrafts(): void {
  if (!typed.size) return;
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ sub: whose, forms: Object.fromEntries(typed) }));
  } catch {
    // A browser that keeps nothing costs the person some typing and no more.
  }
}

/** Call once, when it is known who came back. */
export function takeDrafts(sub: string): void {
  whose = sub;
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as { sub: string; forms: Record<string, Fields> } | null;
    sessionStorage.removeItem(KEY);
    if (kept?.sub === sub) for (const [form, fields] of Object.entries(kept.forms)) typed.set(form, fields);
  } catch {
    // Unreadable is the same as nothing.
  }
}

export function dropDrafts(): void {
  typed.clear();
}

export interface Draft<Values extends Fields> {
  /** What the fields show: what is saved, and over it what was typed. */
  readonly values: Values;
  /** What was typed and differs. */
  readonly changes: Partial<Values>;
  readonly change: (name: keyof Values & string, value: string) => void;
  readonly forget: () => void;
}

/** The fields of one form; `saved` is what they hold before anybody types. */
export function useDraft<Values extends Fields>(form: string, saved: Values): Draft<Values> {
  const [changes, setChanges] = useState(() => (typed.get(form) ?? {}) as Partial<Values>);
  const keep = (next: Partial<Values>) => {
    if (Object.keys(next).length) typed.set(form, next as Fields);
    else typed.delete(form);
    setChanges(next);
  };
  return {
    values: { ...saved, ...changes },
    changes,
    change: (name, value) => {
      const { [name]: _before, ...others } = changes;
      keep((value === saved[name] ? others : { ...changes, [name]: value }) as Partial<Values>);
    },
    forget: () => keep({}),
  };
}
