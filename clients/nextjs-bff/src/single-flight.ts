/**
 * One renewal for all requests that want it at once. A page asks for many things in the same moment, each with the same old cookie; a refresh
 * token that is shown twice is taken for a stolen one. The outcome is kept for a little while, for requests that were on their way already.
 *
 * This is for one process. Several processes meet at the provider, which gives the same successor to a repeat within its short window.
 */
export class SingleFlight<Result> {
  readonly #flights = new Map<string, Promise<Result>>();

  constructor(private readonly keepMilliseconds = 10_000) {}

  /** The outcome of the flight of this key: the one under way or just landed, else that of `start`. Failures are not kept. */
  run(key: string, start: () => Promise<Result>): Promise<Result> {
    const flying = this.#flights.get(key);
    if (flying !== undefined) return flying;
    const flight = start();
    this.#flights.set(key, flight);
    const forget = () => void this.#flights.delete(key);
    flight.then(() => setTimeout(forget, this.keepMilliseconds).unref(), forget);
    return flight;
  }
}
