/** Whether a request that changes something came from a page of ours. The cookie alone does not say so (CSRF). */

import { BffError } from "./errors";

/** Throws BffError. `Origin` decides; a browser that sends none has to say that the page is of the same origin (Fetch Metadata). */
export function requireSameOrigin(request: Request, origin: string): void {
  const said = request.headers.get("Origin");
  if (said === null ? request.headers.get("Sec-Fetch-Site") !== "same-origin" : said !== origin) throw new BffError("cross_site");
}
