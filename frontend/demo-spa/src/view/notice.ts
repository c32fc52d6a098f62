/** The one place where the page tells the visitor how something went: a failure with what to do next, or good news. */

import type { Failure } from "@fashionistar/auth-web";
import { actionButton, byId, h } from "./dom";

export interface Remedies {
  signIn(): Promise<void>;
  retry(): Promise<void>;
}

function show(kind: "error" | "success", ...content: Node[]): void {
  const notice = h("div", { class: `alert alert--${kind} notice__card`, role: kind === "error" ? "alert" : "status" }, ...content);
  byId("notice").replaceChildren(notice);
  notice.scrollIntoView({ block: "nearest" });
}

export function showFailure(failure: Failure, remedies: Remedies): void {
  const small = h("small", { class: "notice__code" }, "Code: ", h("code", { id: "failure-code" }, failure.code));
  if (failure.reference !== undefined) small.append(" · Reference: ", h("code", { id: "failure-reference" }, failure.reference));
  const words = h("p", { class: "alert__text" }, h("span", { id: "failure-sentence" }, failure.sentence), h("br"), small);
  const button = { class: "button button--secondary button--small", id: "failure-next" };
  if (failure.next === "sign-in")
    show(
      "error",
      words,
      actionButton("Sign in", button, () => remedies.signIn()),
    );
  else if (failure.next === "retry")
    show(
      "error",
      words,
      actionButton("Try again", button, () => remedies.retry()),
    );
  else show("error", words);
}

export function showSuccess(sentence: string): void {
  show("success", h("p", { class: "alert__text", id: "success-sentence" }, sentence));
}

export function clearNotice(): void {
  byId("notice").replaceChildren();
}
