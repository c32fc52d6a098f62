/** The one way to the account API: typed by its own document, same origin, CSRF token with every change, a `Refusal` for every failure. */

import type { Failure } from "./generated/answers";
import { type Operations, ROOT } from "./generated/operations";
import { Refusal, UNREACHABLE, UNREADABLE } from "./refusal";

export type Operation = keyof Operations;
type Place<Name extends string> = Name extends `${string}{${infer Key}}${string}` ? Key : never;

/** What a call needs: the places of its path, and its body. */
export interface Asked<Name extends Operation> {
  readonly path?: Readonly<Record<Place<Name>, string>>;
  readonly body?: Operations[Name]["body"];
  readonly signal?: AbortSignal;
}

export interface Answer<Name extends Operation> {
  /** A sentence for the person, in the language that was asked for. */
  readonly message: string;
  readonly data: Operations[Name]["data"];
}

/** Calls the API in this page's session. */
export type Call = <Name extends Operation>(name: Name, asked?: Asked<Name>) => Promise<Answer<Name>>;

const PATIENCE_MS = 20_000;

/** `csrf` is the page's token; `language` what answers are written in. */
export function callAs(csrf: string, language: () => string): Call {
  return async (name, { path = {}, body, signal } = {}) => {
    const [method = "", pattern = ""] = name.split(" ");
    const headers = { "Accept-Language": language(), "X-CSRFToken": csrf, ...(body ? { "Content-Type": "application/json" } : {}) };
    const patience = AbortSignal.timeout(PATIENCE_MS);
    return answerOf(
      await fetched(ROOT + filled(pattern, path), {
        method,
        headers,
        credentials: "same-origin",
        cache: "no-store",
        body: body ? JSON.stringify(body) : null,
        signal: signal ? AbortSignal.any([signal, patience]) : patience,
      }),
    );
  };
}

function filled(pattern: string, places: Readonly<Record<string, string>>): string {
  return pattern.replace(/\{(\w+)\}/g, (_whole, key: string) => encodeURIComponent(places[key] ?? ""));
}

/** Throws `Refusal` when nobody answers. */
async function fetched(address: string, asked: RequestInit): Promise<Response> {
  try {
    return await fetch(address, asked);
  } catch {
    throw new Refusal(UNREACHABLE);
  }
}

/** Throws `Refusal` for everything but the envelope of a success. */
async function answerOf<Name extends Operation>(response: Response): Promise<Answer<Name>> {
  const envelope: unknown = await response.json().catch(() => null);
  if (isFailure(envelope)) throw Refusal.of(response.status, envelope);
  if (isSuccess<Name>(envelope)) return envelope;
  throw new Refusal(UNREADABLE, response.status);
}

function isEnvelope(value: unknown): value is { readonly success: unknown } {
  return typeof value === "object" && value !== null && "success" in value;
}

function isFailure(value: unknown): value is Failure {
  return isEnvelope(value) && value.success === false;
}

// What stands inside is what the document says: the provider's tests hold its answers to it.
function isSuccess<Name extends Operation>(value: unknown): value is Answer<Name> {
  return isEnvelope(value) && value.success === true;
}
