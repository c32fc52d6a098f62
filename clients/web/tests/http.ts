/** Servers as pages meet them: any page may read what they answer; and an origin where nothing is. */

import { type Answer, type Service, serve as serveAnybody } from "../../testing/http";

export { type Received, type Service, sendJson } from "../../testing/http";

/** Starts a server that `answer` speaks for. */
export function serve(answer: Answer): Promise<Service> {
  return serveAnybody(answer, { isForPages: true });
}

/** An origin on which nothing listens: it did a moment ago. */
export async function silentOrigin(): Promise<string> {
  const service = await serveAnybody(() => {});
  await service.stop();
  return service.origin;
}
