/** Building and finding elements. Text goes in as text, never as HTML, so nothing that a server says can become markup. */

type Child = Node | string;

/** A new element with attributes and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** The element of that id, which index.html promises. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`index.html has no element #${id}`);
  return element;
}

/** A button that is busy while its work runs, so that one press is one request. */
export function actionButton(label: string, attributes: Record<string, string>, work: () => Promise<void>): HTMLButtonElement {
  const button = h("button", { type: "button", ...attributes }, label);
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true"); // not `disabled`, which would throw keyboard focus back to the top of the page
    await work().finally(() => button.removeAttribute("aria-busy"));
  });
  return button;
}
