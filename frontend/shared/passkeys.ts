/**
 * Passkeys for the islands: the server's JSON into what the browser's API takes and its answer back (WebAuthn L3 §5.1.8), and
 * which sentence of the page fits a failure. Written out by hand, because browsers that can sign in are older than their JSON functions.
 */

type Json = Record<string, unknown>;
type Described = { id: string; transports?: AuthenticatorTransport[]; type: "public-key" };

export const isSupported = (): boolean => typeof PublicKeyCredential === "function" && !!navigator.credentials;

function bytes(text: string): ArrayBuffer {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0)).buffer;
}

function text(buffer: ArrayBuffer): string {
  const plain = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

const described = (list: unknown): PublicKeyCredentialDescriptor[] =>
  ((list as Described[] | undefined) || []).map((one) => ({ ...one, id: bytes(one.id) }));

export function toAsk(options: Json): PublicKeyCredentialRequestOptions {
  return { ...options, challenge: bytes(options.challenge as string), allowCredentials: described(options.allowCredentials) };
}

export function toMake(options: Json): PublicKeyCredentialCreationOptions {
  const user = options.user as { id: string; name: string; displayName: string };
  return {
    ...(options as unknown as PublicKeyCredentialCreationOptions),
    challenge: bytes(options.challenge as string),
    user: { ...user, id: bytes(user.id) },
    excludeCredentials: described(options.excludeCredentials),
  };
}

/** Pressed before its script was there, a button would send the form without an answer; the page brings it switched off. */
export function onPress(button: HTMLElement, ask: (event: Event) => void): void {
  button.addEventListener("click", ask);
  if (!(button instanceof HTMLButtonElement)) return;
  button.disabled = false;
  // It is what the page is for; but nobody is led away from where they are.
  if (document.activeElement === document.body) button.focus();
}

/** The answer as the server reads it. */
export function answerOf(made: Credential | null): string {
  const credential = made as PublicKeyCredential;
  const response = credential.response as AuthenticatorAssertionResponse & AuthenticatorAttestationResponse;
  const answer: Json = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"] as const) {
    if (response[name]) answer[name] = text(response[name]);
  }
  if (response.getTransports) answer.transports = response.getTransports();
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response: answer });
}

/** Puts the answer into the form and sends it, to its own address or to the one that `data-to` names. */
export function send(form: HTMLFormElement, answer: string): void {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "credential";
  field.value = answer;
  form.append(field);
  if (form.dataset.to) form.action = form.dataset.to;
  form.submit();
}

const WORDS: Record<string, string> = {
  InvalidStateError: "already",
  NotSupportedError: "unsuitable",
  ConstraintError: "unsuitable",
  SecurityError: "elsewhere",
};

/** Says what went wrong, in a sentence that the page brought along; a browser does not tell a refusal from a missing key. */
export function say(form: HTMLFormElement, error: unknown, begun: number): void {
  const name = (error as DOMException).name;
  if (name === "AbortError") return;
  const limit = Number(JSON.parse(form.dataset.options as string).timeout);
  const isLate = name === "NotAllowedError" && Date.now() - begun >= limit;
  tell(form, isLate ? "late" : WORDS[name] || "cancelled");
}

export function tell(form: HTMLFormElement, why: string): void {
  const words = form.querySelector(`[data-said="${why}"]`);
  const alert = form.querySelector(".alert__text") as HTMLElement;
  alert.textContent = words ? words.textContent : "";
  (alert.parentElement as HTMLElement).hidden = false;
}
