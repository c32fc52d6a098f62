/**
 * Island of pages that set a password: writes below the field how good the password is, as the server judges it, a moment after
 * typing stops. Without it the form says the same when it is sent. The element names the field and the address to ask.
 */

import { island } from "../shared/island";

const PAUSE = 400;

interface Judgement {
  message: string;
  data: { acceptable: boolean; score: number };
}

island<HTMLElement>("password-strength", "[data-strength-of]", (told) => {
  const input = document.getElementById(told.dataset.strengthOf || "") as HTMLInputElement | null;
  const token = input?.form?.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]");
  const url = told.dataset.strengthUrl;
  if (!input || !token || !url) return;
  let timer = 0;
  // Of several answers only that to the last question counts.
  let asked = 0;

  const show = (judgement: Judgement): void => {
    told.textContent = judgement.message;
    told.dataset.acceptable = String(judgement.data.acceptable);
    told.hidden = false;
  };
  const ask = (): void => {
    const question = ++asked;
    const body = new URLSearchParams({ csrfmiddlewaretoken: token.value, password: input.value });
    fetch(url, { method: "POST", body, credentials: "same-origin" })
      .then((answer) => (answer.ok ? (answer.json() as Promise<Judgement>) : Promise.reject(answer.status)))
      .then((judgement) => question === asked && show(judgement))
      // The form says it when it is sent.
      .catch(() => {
        told.hidden = true;
      });
  };

  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    asked += 1;
    told.hidden = true;
    if (input.value) timer = window.setTimeout(ask, PAUSE);
  });
});
