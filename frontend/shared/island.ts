/**
 * The island guard: the one way a script may touch a server-rendered page. Every page is complete before its islands start,
 * so an island that fails is dropped with a warning in the console, and the person goes on with the plain page.
 */

/** Starts `enhance` on every element that `selector` finds; a throw inside one element never reaches the others or the page. */
export function island<E extends Element>(name: string, selector: string, enhance: (element: E) => void): void {
  for (const element of Array.from(document.querySelectorAll<E>(selector))) {
    try {
      enhance(element);
    } catch (error) {
      console.warn(`The ${name} island stopped; the page works without it.`, error);
    }
  }
}
