/**
 * Island of login/password.html: a button that shows and hides the password. The script creates the button, so that it is absent
 * where no script runs. The input names the button in data-reveal-label (translated by the server).
 */

import { island } from "../shared/island";

const SVG = "http://www.w3.org/2000/svg";
const EYE = "M1.8 12S5.5 5 12 5s10.2 7 10.2 7-3.7 7-10.2 7S1.8 12 1.8 12z";
const PUPIL = "M12 15.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z";
const SLASH = "M4 4l16 16";

function drawPath(d: string, className: string): SVGPathElement {
  const path = document.createElementNS(SVG, "path") as SVGPathElement;
  path.setAttribute("d", d);
  path.setAttribute("class", className);
  return path;
}

function drawEye(): SVGSVGElement {
  const eye = document.createElementNS(SVG, "svg") as SVGSVGElement;
  const attributes: [string, string][] = [
    ["viewBox", "0 0 24 24"],
    ["width", "22"],
    ["height", "22"],
    ["fill", "none"],
    ["stroke", "currentColor"],
    ["stroke-width", "1.7"],
    ["stroke-linecap", "round"],
    ["stroke-linejoin", "round"],
    ["aria-hidden", "true"],
  ];
  for (const [name, value] of attributes) eye.setAttribute(name, value);
  eye.append(drawPath(EYE, ""), drawPath(PUPIL, ""), drawPath(SLASH, "reveal__slash"));
  return eye;
}

function createButton(input: HTMLInputElement): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "reveal";
  // The name stays, the pressed state changes: a screen reader says "Show password, pressed".
  button.setAttribute("aria-label", input.dataset.revealLabel || "Show password");
  button.setAttribute("aria-controls", input.id);
  button.append(drawEye());
  return button;
}

island<HTMLInputElement>("reveal-password", "input[data-reveal-label]", (input) => {
  const button = createButton(input);
  const show = (visible: boolean): void => {
    input.type = visible ? "text" : "password";
    button.setAttribute("aria-pressed", String(visible));
  };

  show(false);
  button.addEventListener("click", () => {
    show(input.type === "password");
    input.focus();
  });
  // Hidden again before it is sent, else a browser may remember it as ordinary text; and when Back brings the page out of memory.
  input.form?.addEventListener("submit", () => show(false));
  window.addEventListener("pagehide", () => show(false));
  input.insertAdjacentElement("afterend", button);
});
