/**
 * Sessions that ended before their cookie did. The cookie is with the browser, so that a session is over has to be known here. In memory for
 * one process; several need a store of their own behind these two functions (README: Redis), or a sign-out reaches one of them only.
 */
export interface EndedSessions {
  /** Remember that this ended. `at` in seconds since the epoch; `seconds`: how long anybody could still come with such a session. */
  end(what: string, at: number, seconds: number): Promise<void>;
  /** When it ended, or null. Whatever is thrown means that nobody is let in. */
  endedAt(what: string): Promise<number | null>;
}

export class MemoryEndedSessions implements EndedSessions {
  readonly #ended = new Map<string, { at: number; until: number }>();

  async end(what: string, at: number, seconds: number): Promise<void> {
    const now = Date.now() / 1000;
    for (const [key, { until }] of this.#ended) if (until < now) this.#ended.delete(key);
    this.#ended.set(what, { at, until: now + seconds });
  }

  async endedAt(what: string): Promise<number | null> {
    return this.#ended.get(what)?.at ?? null;
  }
}
