/** The handlers of this application, made at the first request: a build has no secrets. */

import { type Bff, createBff, readSettings } from "@fashionistar/nextjs-bff";

let made: Bff | undefined;

export function bff(): Bff {
  made ??= createBff(readSettings(process.env));
  return made;
}
