// @vitest-environment happy-dom
/** The panel "What just happened": every request of the flow with its explanation, and nothing in it that is worth stealing. */

import { beforeEach, expect, test, vi } from "vitest";
import { sendJson, serve } from "../../clients/web/tests/http";
import { explain } from "../demo-spa/src/flow/explain";
import { Recorder } from "../demo-spa/src/flow/recorder";
import { mask, stepOfPage } from "../demo-spa/src/flow/steps";
import { showFlow } from "../demo-spa/src/view/flow";
import { read } from "./files";

const TOKEN = `fst_at_${"s3cret".repeat(10)}`;

beforeEach(() => {
  sessionStorage.clear();
  document.documentElement.innerHTML = read("demo-spa/index.html").replace(/<script[\s\S]*?<\/script>/, "");
});

/** A recorder that watches this page's fetch, put back afterwards by the runner. */
function watching(): Recorder {
  vi.stubGlobal("fetch", window.fetch);
  const recorder = new Recorder(() => showFlow(recorder.steps));
  recorder.watch();
  return recorder;
}

test.each([
  [TOKEN, "fst_at_… (67 characters)"],
  [`Bearer ${TOKEN}`, "Bearer fst_at_… (67 characters)"],
  ["123456", "… (6 characters)"],
])("%s is shown as %s", (value, shown) => {
  expect(mask(value)).toBe(shown);
});

test("a request is shown with what was sent and received, tokens and codes masked", async () => {
  // An answer in memory: the document of these tests cannot read a copy and the original of one from a socket.
  vi.stubGlobal("fetch", async () => Response.json({ access_token: TOKEN, expires_in: 600, id_token: TOKEN }));
  const recorder = watching();
  const body = new URLSearchParams({ grant_type: "authorization_code", code: TOKEN, code_verifier: TOKEN });
  const answer = await fetch("http://localhost:8000/oauth2/token", { method: "POST", body });
  // The page itself gets the whole answer.
  expect((await answer.json()).access_token).toBe(TOKEN);
  await vi.waitFor(() => expect(recorder.steps).toHaveLength(1));
  expect(document.querySelector("[data-step='Token request']")?.textContent).toContain("authorization_code");
  expect(document.body.innerHTML).not.toContain("s3cret");
  expect(JSON.stringify(recorder.steps)).not.toContain("s3cret");
  expect(document.getElementById("flow-panel")?.hidden).toBe(false);
});

test("a call that is refused for a stronger sign-in says so", async () => {
  const recorder = watching();
  const backend = await serve((_request, response) => {
    response.setHeader("WWW-Authenticate", 'Bearer error="insufficient_user_authentication", acr_values="aal2"');
    sendJson(response, {}, 401);
  });
  await fetch(`${backend.origin}/api/payouts`, { headers: { Authorization: `Bearer ${TOKEN}` } });
  await vi.waitFor(() => expect(recorder.steps).toHaveLength(1));
  expect(document.querySelector("[data-step='The backend asks for more']")).not.toBeNull();
  expect(document.body.innerHTML).not.toContain("s3cret");
});

test("the page that led away is the first step after coming back, kept masked meanwhile, and once", () => {
  const left = new Recorder(() => {});
  left.leave(new URL(`http://localhost:8000/oauth2/authorize?client_id=demo-spa&state=${"s3cret".repeat(6)}&code_challenge=abc`));
  expect(JSON.stringify({ ...sessionStorage })).not.toContain("s3cret");
  const back = new Recorder(() => showFlow(back.steps));
  back.comeBack();
  expect(document.querySelector("[data-step='Authorization request']")?.textContent).toContain("demo-spa");
  expect({ ...sessionStorage }).toEqual({});
  back.comeBack();
  expect(back.steps).toHaveLength(1);
  back.clear();
  expect(document.getElementById("flow")?.children).toHaveLength(0);
});

test.each([
  ["/.well-known/openid-configuration", "Discovery"],
  ["/oauth2/authorize", "Authorization request"],
  ["/oauth2/token", "Token request"],
  ["/oauth2/userinfo", "UserInfo"],
  ["/api/me", "Call of the backend"],
  ["/oauth2/revoke", "Revocation"],
  ["/oauth2/logout", "Sign-out"],
])("%s is explained as: %s", (path, title) => {
  expect(explain(stepOfPage(new URL(path, "http://localhost:8000")))?.title).toBe(title);
});

test("the shop's own settings are no part of the story", () => {
  expect(explain(stepOfPage(new URL("http://localhost:5173/config.json")))).toBeNull();
});
