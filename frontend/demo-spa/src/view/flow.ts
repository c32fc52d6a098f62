/** The side panel "What just happened": each request of the flow in order, with what it is for, what was sent and what came back. */

import { explain } from "../flow/explain";
import type { Step } from "../flow/steps";
import { byId, h } from "./dom";

function values(title: string, list: Step["sent"]): Node[] {
  if (list.length === 0) return [];
  const rows = list.map(([name, value]) => h("div", { class: "facts__row" }, h("dt", {}, h("code", {}, name)), h("dd", {}, value)));
  return [h("h4", { class: "flow__label" }, title), h("dl", { class: "facts" }, ...rows)];
}

function stepItem(step: Step): HTMLLIElement[] {
  const explanation = explain(step);
  if (explanation === null) return [];
  const { host, pathname } = new URL(step.address);
  const status = step.status === 0 ? "page" : String(step.status);
  return [
    h(
      "li",
      { class: "flow__step", "data-step": explanation.title },
      h("h3", { class: "flow__title" }, explanation.title),
      h("p", { class: "flow__address" }, h("code", {}, `${step.method} ${pathname}`), ` · ${host} · ${status}`),
      h("p", { class: "panel__text" }, explanation.words),
      h("details", {}, h("summary", {}, "Details"), ...values("Sent", step.sent), ...values("Received", step.received)),
    ),
  ];
}

/** Draws the steps anew; hidden while there is none. */
export function showFlow(steps: readonly Step[]): void {
  const items = steps.flatMap(stepItem);
  byId("flow-panel").hidden = items.length === 0;
  byId("flow").replaceChildren(...items);
}
