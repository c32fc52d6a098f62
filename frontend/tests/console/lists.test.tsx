// @vitest-environment happy-dom
/** Sessions, remembered devices, connected applications: what is ended leaves the list, and the answer has the focus. */

import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { open } from "./console";

const AT = { signed_in_at: "2026-09-01T09:30:00Z", last_used_at: "2026-09-02T20:30:00Z" };
const HERE = {
  id: "11111111-0000-7000-8000-000000000000",
  device: "Chrome on Linux",
  current: true,
  place: null,
  fingerprint: null,
  ...AT,
};
const THERE = {
  id: "22222222-0000-7000-8000-000000000000",
  device: "Safari on Mac",
  current: false,
  place: null,
  fingerprint: null,
  ...AT,
};
const DEVICE = {
  id: "33333333-0000-7000-8000-000000000000",
  device: "Firefox on Android",
  remembered_at: AT.signed_in_at,
  until: "2027-01-01T00:00:00Z",
  last_used_at: null,
  current: false,
};

const PERMISSIONS = [
  { name: "profile", sentence: "See your name and profile" },
  { name: "orders", sentence: "See and place your orders" },
];
const NO_DEVICES = { data: { devices: [] } };
const focused = (text: string) => waitFor(() => expect(document.activeElement?.textContent).toContain(text));

test("this device is marked, times are those of the account's zone", async () => {
  open("sessions", { "GET /sessions": { data: { sessions: [HERE, THERE] } }, "GET /devices": NO_DEVICES });
  const mark = await screen.findByText("This device");
  expect(mark.closest("li")?.textContent).toMatch(/Chrome on Linux This device.*September 2, 2026 at 9:30/);
  expect(screen.getByText("No device is remembered.")).toBeDefined();
});

test("place and kind of device are shown where they are kept, and nowhere else", async () => {
  const kept = { ...THERE, place: "Lagos, Nigeria", fingerprint: "3f9a1c2e" };
  open("sessions", { "GET /sessions": { data: { sessions: [HERE, kept] } }, "GET /devices": NO_DEVICES });
  const there = (await screen.findByText("Safari on Mac")).closest("li");
  expect(there?.textContent).toContain("From about Lagos, Nigeria. Kind of device: 3f9a1c2e.");
  expect(screen.getByText("Chrome on Linux").closest("li")?.textContent).not.toContain("From about");
});

test("an application that may sign people in and no more says so", async () => {
  open("apps", { "GET /apps": { data: { apps: [{ client_id: "news", name: "News", permissions: [], granted_at: AT.signed_in_at }] } } });
  expect(await screen.findByText("Sign you in, and no more")).toBeDefined();
});

test("one other session is ended", async () => {
  const { user, told } = open("sessions", { "GET /sessions": { data: { sessions: [HERE, THERE] } }, "GET /devices": NO_DEVICES });
  told[`DELETE /sessions/${THERE.id}`] = { data: null, message: "Signed out there." };
  const button = await screen.findByRole("button", { name: "Sign out: Safari on Mac" });
  told["GET /sessions"] = { data: { sessions: [HERE] } };
  await user.click(button);
  await focused("Signed out there.");
  expect(screen.queryByText("Safari on Mac")).toBeNull();
  expect(screen.queryByRole("button", { name: "Sign out everywhere else" })).toBeNull();
});

test("all the others are ended; a session that is gone already is said", async () => {
  const { user, told } = open("sessions", { "GET /sessions": { data: { sessions: [HERE, THERE] } }, "GET /devices": NO_DEVICES });
  told[`DELETE /sessions/${THERE.id}`] = { status: 404, code: "no_such_session", message: "You are not signed in there any more." };
  await user.click(await screen.findByRole("button", { name: "Sign out: Safari on Mac" }));
  expect((await screen.findByRole("alert")).textContent).toBe("You are not signed in there any more.");
  told["DELETE /sessions"] = { data: null, message: "Signed out on one other device." };
  await user.click(screen.getByRole("button", { name: "Sign out everywhere else" }));
  await focused("Signed out on one other device.");
  expect(screen.queryByRole("alert")).toBeNull();
});

test("ending this session leaves nothing but the way back", async () => {
  const { user, told, asked } = open("sessions", { "GET /sessions": { data: { sessions: [HERE] } }, "GET /devices": NO_DEVICES });
  told[`DELETE /sessions/${HERE.id}`] = { data: null, message: "You are signed out." };
  await user.click(await screen.findByRole("button", { name: "Sign out: Chrome on Linux" }));
  await screen.findByRole("heading", { level: 1, name: "See you soon" });
  expect(screen.getByText("You are signed out.")).toBeDefined();
  expect(document.body.textContent).not.toContain("Chrome on Linux");
  // Nobody is there to be asked for.
  expect(asked.filter(({ call }) => call === "GET /sessions")).toHaveLength(1);
});

test("a remembered device is forgotten, and all of them", async () => {
  const other = { ...DEVICE, id: "44444444-0000-7000-8000-000000000000", device: "Edge on Windows" };
  const { user, told } = open("sessions", {
    "GET /sessions": { data: { sessions: [HERE] } },
    "GET /devices": { data: { devices: [DEVICE, other] } },
  });
  told[`DELETE /devices/${DEVICE.id}`] = { data: null, message: "Asked for there again." };
  await user.click(await screen.findByRole("button", { name: "Ask there again: Firefox on Android" }));
  await focused("Asked for there again.");
  told["DELETE /devices"] = { data: null, message: "Asked for everywhere." };
  await user.click(screen.getByRole("button", { name: "Ask again everywhere" }));
  await focused("Asked for everywhere.");
});

test("an application is disconnected; its name is text and nothing else", async () => {
  const hostile = '<img src=x onerror="alert(1)">';
  const app = { client_id: "tailor", name: hostile, permissions: PERMISSIONS, granted_at: AT.signed_in_at };
  const { user, told } = open("apps", { "GET /apps": { data: { apps: [app] } } });
  const button = await screen.findByRole("button", { name: `Disconnect: ${hostile}` });
  expect(document.querySelector("img")).toBeNull();
  expect(screen.getByText("Allowed on September 1, 2026.")).toBeDefined();
  expect(screen.getAllByRole("listitem").map((item) => item.textContent)).toContain("See and place your orders");
  told["DELETE /apps/tailor"] = { data: null, message: "Disconnected." };
  told["GET /apps"] = { data: { apps: [] } };
  await user.click(button);
  await focused("Disconnected.");
  expect(screen.getByText("You have not allowed anything to applications of others.")).toBeDefined();
});

test.each([404, 410])("what is gone already (%i) leaves the list, and the sentence stays", async (status) => {
  const { user, told } = open("sessions", { "GET /sessions": { data: { sessions: [HERE, THERE] } }, "GET /devices": NO_DEVICES });
  told[`DELETE /sessions/${THERE.id}`] = { status, code: "no_such_session", message: "You are not signed in there any more." };
  const button = await screen.findByRole("button", { name: "Sign out: Safari on Mac" });
  told["GET /sessions"] = { data: { sessions: [HERE] } };
  await user.click(button);
  await waitFor(() => expect(screen.queryByText("Safari on Mac")).toBeNull());
  expect(screen.getByRole("alert").textContent).toBe("You are not signed in there any more.");
});

test("a list that could not be read again stays, and says that it may be old", async () => {
  const { user, told } = open("sessions", { "GET /sessions": { data: { sessions: [HERE, THERE] } }, "GET /devices": NO_DEVICES });
  told[`DELETE /sessions/${THERE.id}`] = { data: null, message: "Signed out there." };
  const button = await screen.findByRole("button", { name: "Sign out: Safari on Mac" });
  told["GET /sessions"] = { status: 503, code: "unavailable", message: "Please try again in a moment." };
  await user.click(button);
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("Please try again in a moment.");
  expect(screen.getByText("What you see may be out of date.")).toBeDefined();
  expect(screen.getByText("Safari on Mac")).toBeDefined();
  told["GET /sessions"] = { data: { sessions: [HERE] } };
  await user.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(screen.queryByText("What you see may be out of date.")).toBeNull());
  expect(screen.queryByText("Safari on Mac")).toBeNull();
});
