/** Ways to the sign-in pages that lead back to the view the person is at. */

/** Signing in again where the session ended. */
export function entranceTo(entrance: string, path = location.pathname): string {
  return `${entrance}?${new URLSearchParams({ next: path })}`;
}

/** The API names the way to a fresh proof; it leads back to the API's own page unless told otherwise. */
export function proofAt(action: string, path = location.pathname): string {
  const way = new URL(action, location.origin);
  way.searchParams.set("next", path);
  // Never to another site, whoever may have answered.
  return way.pathname + way.search;
}

/** Signing in again before a change that needs a fresh sign-in. */
export function freshAt(entrance: string, path = location.pathname): string {
  return `${entrance}?${new URLSearchParams({ next: path, fresh: "1" })}`;
}
