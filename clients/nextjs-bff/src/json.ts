/** Narrowing of what comes from outside. */

export type Json = Record<string, unknown>;

/** True for a JSON object: not null, not an array. */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The JSON object in an answer, or an empty one when it brings something else. */
export async function objectIn(answer: Response): Promise<Json> {
  try {
    const body: unknown = await answer.json();
    return isObject(body) ? body : {};
  } catch (failure) {
    if (!(failure instanceof SyntaxError)) throw failure;
    return {};
  }
}

/** The string of that name, or "" when there is none. */
export function text(source: Json, name: string): string {
  const value = source[name];
  return typeof value === "string" ? value : "";
}

/** The number of that name, or 0 when there is none. */
export function number(source: Json, name: string): number {
  const value = source[name];
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
