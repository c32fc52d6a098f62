/** Where a person goes after signing in. It is judged when it comes in, and travels sealed inside `state`. */

const LONGEST = 500;

/** A path of this application, or "/": an address elsewhere is never gone to (RFC 9700, 4.11), nor the sign-in itself, which would go round. */
export function safeReturnUrl(wanted: string | null | undefined, origin: string): string {
  if (!wanted || wanted.length > LONGEST || !wanted.startsWith("/") || !URL.canParse(wanted, origin)) return "/";
  // The browser's own reading decides: it drops tabs and line feeds, and takes a backslash for a slash.
  const target = new URL(wanted, origin);
  if (target.origin !== origin || target.pathname.startsWith("//") || /^\/auth(\/|$)/i.test(target.pathname)) return "/";
  return target.pathname + target.search + target.hash;
}
