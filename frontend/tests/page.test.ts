// @vitest-environment happy-dom
/** The storefront's page: what servers say is shown as text, failures come with their remedy, people see their own name. */

import { AuthError, describe as describeFailure } from "@fashionistar/auth-web";
import { beforeEach, expect, test, vi } from "vitest";
import { displayName, showMe, showOrders, showPayouts, showSignedIn, showSignedOut } from "../demo-spa/src/view/account";
import { showFlow } from "../demo-spa/src/view/flow";
import { showFailure } from "../demo-spa/src/view/notice";
import { read } from "./files";

const HOSTILE = '<img src=x onerror="alert(1)">';
const actions = {
  signIn: vi.fn(async () => {}),
  signOut: vi.fn(async () => {}),
  callMe: vi.fn(async () => {}),
  callOrders: vi.fn(async () => {}),
  confirmOrder: vi.fn(async () => {}),
  callPayouts: vi.fn(async () => {}),
};

function text(selector: string): string | null | undefined {
  return document.querySelector(selector)?.textContent;
}

beforeEach(() => {
  document.documentElement.innerHTML = read("demo-spa/index.html").replace(/<script[\s\S]*?<\/script>/, "");
});

test("claims and messages of servers are text, never markup", () => {
  showSignedIn({ accessToken: "a", idToken: "i", expiresAt: 0, claims: { given_name: HOSTILE } }, actions);
  showMe({ message: HOSTILE, introspection: { [HOSTILE]: HOSTILE }, user: { name: HOSTILE } });
  showOrders([{ number: HOSTILE, item: HOSTILE, amount: 1, status: HOSTILE, placedAt: HOSTILE }]);
  showPayouts([{ number: HOSTILE, item: HOSTILE, amount: 1, status: HOSTILE, placedAt: HOSTILE }]);
  const address = `http://localhost:8000/api/${encodeURIComponent(HOSTILE)}`;
  showFlow([{ method: HOSTILE, address, sent: [[HOSTILE, HOSTILE]], received: [[HOSTILE, HOSTILE]], status: 200 }]);
  expect(document.querySelector("img[onerror]")).toBeNull();
  expect(text("#backend-message")).toBe(HOSTILE);
});

test("a person who is signed in sees their name, their claims and the way out", () => {
  const claims = { sub: "u-1", given_name: "Ada", roles: ["client"], auth_time: 1_800_000_000, email_verified: true };
  showSignedIn({ accessToken: "a", idToken: "i", expiresAt: 0, claims }, actions);
  expect(text("#hero-title")).toBe("Good to see you, Ada.");
  expect(text('#id-token-claims [data-claim="sub"]')).toBe("u-1");
  expect(text('#id-token-claims [data-claim="roles"]')).toBe("client");
  expect(text('#id-token-claims [data-claim="auth_time"]')).toContain("(1800000000)");
  expect((document.querySelector("#backstage") as HTMLElement).hidden).toBe(false);
  (document.querySelector("#sign-out") as HTMLButtonElement).click();
  expect(actions.signOut).toHaveBeenCalledOnce();
});

test("after sign-out nothing of the person is on the page", () => {
  showSignedIn({ accessToken: "a", idToken: "i", expiresAt: 0, claims: { given_name: "Ada" } }, actions);
  showMe({ message: "You are Ada", introspection: { sub: "u-1" }, user: null });
  showSignedOut(actions);
  expect(document.body.textContent).not.toMatch(/Ada|u-1/);
  expect(document.querySelector("#sign-in")).not.toBeNull();
});

test("the name is the most human claim there is", () => {
  expect(displayName({ sub: "u-1", email: "ada@example.com", name: "Ada Obi", given_name: "Ada" })).toBe("Ada");
  expect(displayName({ sub: "u-1", phone_number: "+2348031234567" })).toBe("+2348031234567");
  expect(displayName({ sub: "u-1" })).toBe("");
});

test.each([
  ["access_denied", "Sign in"],
  ["backend_unreachable", "Try again"],
] as const)("the notice of %s offers: %s", (code, label) => {
  const remedies = { signIn: vi.fn(async () => {}), retry: vi.fn(async () => {}) };
  showFailure(describeFailure(new AuthError(code)), remedies);
  expect(document.querySelector("#notice [role=alert]")).not.toBeNull();
  expect([text("#failure-code"), text("#failure-next")]).toEqual([code, label]);
  (document.querySelector("#failure-next") as HTMLButtonElement).click();
  expect(remedies.signIn.mock.calls.length + remedies.retry.mock.calls.length).toBe(1);
});

test("one press is one request while the first is under way", () => {
  showSignedOut(actions);
  actions.signIn.mockReturnValue(new Promise(() => {}));
  const button = document.querySelector("#sign-in") as HTMLButtonElement;
  button.click();
  button.click();
  expect(actions.signIn).toHaveBeenCalledOnce();
  expect(button.getAttribute("aria-busy")).toBe("true");
});
