/** The views of the console, in the order in which people look for them: the last part of the address, and the words for it. */

import type { Sentence } from "../words/sentences";

export const VIEWS = ["profile", "security", "addresses", "sessions", "apps", "privacy"] as const;
export type View = (typeof VIEWS)[number];

export const HEADINGS = {
  profile: "profile.heading",
  security: "security.heading",
  addresses: "addresses.heading",
  sessions: "sessions.heading",
  apps: "apps.heading",
  privacy: "privacy.heading",
} as const satisfies Record<View, Sentence>;

/** The view at a path, the first one at the console's own address. The server answers no other address. */
export function viewAt(path: string, root: string): View {
  const name = path.slice(root.length + 1);
  return VIEWS.find((view) => view === name) ?? "profile";
}

export function pathOf(view: View, root: string): string {
  return `${root}/${view}`;
}
