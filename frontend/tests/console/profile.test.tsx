// @vitest-environment happy-dom
/** Names, language and time zone: only changes are sent, results are said, mistakes stand beside their fields. */

import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { languageChoices, zoneChoices } from "../../console/src/profile/choices";
import { ACCOUNT, open } from "./console";

const sent = (asked: readonly { call: string; body: unknown }[]) =>
  asked.filter(({ call }) => call === "PATCH /me").map(({ body }) => body);

test("only what was changed is sent, and the answer is shown and said aloud", async () => {
  const { user, asked, told } = open("profile", {});
  const field = await screen.findByLabelText("Last name");
  await user.clear(field);
  await user.type(field, "Eze");
  told["PATCH /me"] = { data: {}, message: "Your changes are saved." };
  told["GET /me"] = { data: { ...ACCOUNT, family_name: "Eze" } };
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(document.querySelector("#console-announcer")?.textContent).toBe("Your changes are saved."));
  expect(sent(asked)).toEqual([{ family_name: "Eze" }]);
  // What was saved is no draft any more.
  await waitFor(() => expect((field as HTMLInputElement).value).toBe("Eze"));
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(sent(asked)).toHaveLength(2));
  expect(sent(asked)[1]).toEqual({});
});

test("what is wrong stands beside its field, which has the focus; what was typed stays", async () => {
  const { user, told } = open("profile", {});
  const field = await screen.findByLabelText<HTMLInputElement>("First name");
  await user.type(field, "!");
  told["PATCH /me"] = {
    status: 400,
    code: "invalid_input",
    message: "Please check the marked fields.",
    errors: { given_name: ["That is no name."] },
  };
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect((await screen.findByRole("alert")).textContent).toContain("Please check the marked fields.");
  expect(field.getAttribute("aria-invalid")).toBe("true");
  const said = document.getElementById(field.getAttribute("aria-describedby") ?? "");
  expect(said?.textContent).toBe("That is no name.");
  expect(document.activeElement).toBe(field);
  expect(field.value).toBe("Ada!");
});

test("what the account has can be kept, though nobody offers it", () => {
  expect(languageChoices("en-NG", "en").map(([tag]) => tag)).toEqual(["en", "fr", "en-NG"]);
  expect(languageChoices("fr", "en").map(([, words]) => words)).toEqual(["English", "français"]);
  expect(zoneChoices("Etc/Unheard")[0]).toEqual(["Etc/Unheard", "Etc/Unheard"]);
  expect(zoneChoices("Africa/Lagos").filter(([zone]) => zone === "Africa/Lagos")).toHaveLength(1);
});
