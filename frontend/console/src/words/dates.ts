/** Days and times as the person reads them: in their language, in the time zone of their account. */

import type { Language } from "./languages";

export interface Dates {
  readonly day: (at: string) => string;
  readonly time: (at: string) => string;
}

/** A zone the browser does not know, or none, is the browser's own. */
export function datesIn(language: Language, zone: string): Dates {
  const format = (options: Intl.DateTimeFormatOptions) => (at: string) => formatter(language, zone, options).format(new Date(at));
  return { day: format({ dateStyle: "long" }), time: format({ dateStyle: "long", timeStyle: "short" }) };
}

function formatter(language: Language, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(language, zone ? { ...options, timeZone: zone } : options);
  } catch {
    return new Intl.DateTimeFormat(language, options);
  }
}
