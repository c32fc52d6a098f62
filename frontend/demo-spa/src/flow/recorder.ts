/**
 * Watches this page's requests for the panel "What just happened": wraps `fetch`, and is told of each page the browser leaves for. Kept in
 * memory. Only the step that led away is put into session storage, masked, and is taken out again on the way back.
 */

import { isObject } from "@fashionistar/auth-web";
import { pairs, received, type Step, stepOfPage } from "./steps";

const KEY = "fashionistar-demo.left-for";
const MOST = 24;

export class Recorder {
  readonly #onChange: () => void;
  #steps: Step[] = [];

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** Watches `fetch` from now on. What the page receives is untouched: a copy of the answer is read. */
  watch(): void {
    const fetchUnwatched = window.fetch.bind(window);
    window.fetch = async (input, init) => {
      const response = await fetchUnwatched(input, init);
      void this.#note(new Request(input, { ...init, signal: null }), init, response.clone());
      return response;
    };
  }

  /** The browser is about to leave for this address. */
  leave(address: URL): void {
    sessionStorage.setItem(KEY, JSON.stringify(stepOfPage(address)));
  }

  /** The browser is back: the step that led away is the first of the story. */
  comeBack(): void {
    const step: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    sessionStorage.removeItem(KEY);
    if (isObject(step) && Array.isArray(step.sent)) this.#add(step as unknown as Step);
  }

  /** Nothing of a person who left stays. */
  clear(): void {
    this.#steps = [];
    this.#onChange();
  }

  async #note(request: Request, init: RequestInit | undefined, response: Response): Promise<void> {
    const address = new URL(request.url);
    const authorization = request.headers.get("Authorization");
    const form = init?.body instanceof URLSearchParams ? init.body : [];
    const body: unknown = await response.json().catch(() => null);
    const challenge = response.headers.get("WWW-Authenticate");
    this.#add({
      method: request.method,
      address: address.origin + address.pathname,
      sent: pairs([...(authorization === null ? [] : [["Authorization", authorization] as const]), ...form]),
      received: [...pairs(challenge === null ? [] : [["WWW-Authenticate", challenge]]), ...received(body)],
      status: response.status,
    });
  }

  #add(step: Step): void {
    this.#steps = [...this.#steps, step].slice(-MOST);
    this.#onChange();
  }
}
