// @vitest-environment happy-dom
/** The passkey islands against a stand-in of the browser's API: what is asked, what is sent, and which sentence a failure gets. */

import { beforeEach, describe, expect, test, vi } from "vitest";
import { read } from "./files";

const REQUEST = { challenge: "AQID", rpId: "localhost", timeout: 300000, allowCredentials: [{ id: "BAUG", type: "public-key" }] };
const CREATION = { challenge: "AQID", timeout: 300000, user: { id: "_-8", name: "a", displayName: "A" }, excludeCredentials: [] };
const SAID = ["cancelled", "already", "unsuitable", "late", "elsewhere", "unsupported"];

const get = vi.fn();
const create = vi.fn();
const submit = vi.fn();
const signals = { signalUnknownCredential: vi.fn(), signalAllAcceptedCredentials: vi.fn(), signalCurrentUserDetails: vi.fn() };

const bytes = (...numbers: number[]): ArrayBuffer => Uint8Array.from(numbers).buffer;
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const form = (): HTMLFormElement => document.querySelector("form") as HTMLFormElement;
const sent = (): Record<string, unknown> => JSON.parse((form().elements.namedItem("credential") as HTMLInputElement).value);

function fails(name: string): Promise<never> {
  return Promise.reject(Object.assign(new Error(name), { name }));
}

function page(kind: string, options: object, more = ""): void {
  const words = SAID.map((why) => `<p data-said="${why}">sentence ${why}</p>`).join("");
  document.body.innerHTML = `<form data-passkey="${kind}" ${more}><div class="alert" hidden><p class="alert__text"></p></div>
    <div hidden>${words}</div><button data-passkey-button disabled>Go</button></form>`;
  form().dataset.options = JSON.stringify(options);
}

const press = async (): Promise<void> => {
  (document.querySelector("[data-passkey-button]") as HTMLElement).click();
  await settled();
};
const alert = (): string => {
  const box = document.querySelector(".alert") as HTMLElement;
  return box.hidden ? "" : (box.textContent as string).trim();
};

beforeEach(() => {
  vi.resetModules();
  for (const mock of [get, create, submit, ...Object.values(signals)]) mock.mockReset().mockResolvedValue(undefined);
  vi.stubGlobal(
    "PublicKeyCredential",
    Object.assign(function PublicKeyCredential() {}, signals),
  );
  vi.stubGlobal("navigator", { credentials: { get, create } });
  vi.spyOn(HTMLFormElement.prototype, "submit").mockImplementation(submit);
});

describe.each([
  ["get", REQUEST],
  ["create", CREATION],
])("the button of %s", (kind, options) => {
  const button = (): HTMLButtonElement => document.querySelector("button") as HTMLButtonElement;

  test("can be pressed, and by the keyboard at once, as soon as its script is there", async () => {
    page(kind, options);
    expect(button().disabled).toBe(true);
    await import(`../islands/passkey-${kind}.ts`);
    expect(button().disabled).toBe(false);
    expect(document.activeElement).toBe(button());
  });

  test("takes nobody away from where they are", async () => {
    page(kind, options, "");
    form().insertAdjacentHTML("afterbegin", "<input id='elsewhere'>");
    (document.querySelector("#elsewhere") as HTMLElement).focus();
    await import(`../islands/passkey-${kind}.ts`);
    expect(document.activeElement?.id).toBe("elsewhere");
  });
});

describe("showing a passkey", () => {
  const response = { clientDataJSON: bytes(1), authenticatorData: bytes(2), signature: bytes(251, 255), userHandle: bytes(3) };
  const found = { id: "BAUG", rawId: bytes(4, 5, 6), type: "public-key", response };

  test("asks for what the server named and sends the answer as the specification writes it", async () => {
    get.mockResolvedValue(found);
    page("get", REQUEST, 'data-to="/login/x/passkey"');
    await import("../islands/passkey-get");
    await press();
    const asked = get.mock.calls[0]?.[0].publicKey;
    expect(Array.from(new Uint8Array(asked.challenge))).toEqual([1, 2, 3]);
    expect(Array.from(new Uint8Array(asked.allowCredentials[0].id))).toEqual([4, 5, 6]);
    expect(sent()).toEqual({
      id: "BAUG",
      rawId: "BAUG",
      type: "public-key",
      response: { clientDataJSON: "AQ", authenticatorData: "Ag", signature: "-_8", userHandle: "Aw" },
    });
    expect(form().getAttribute("action")).toBe("/login/x/passkey");
    expect(submit).toHaveBeenCalledOnce();
  });

  test.each([
    ["NotAllowedError", "cancelled"],
    ["InvalidStateError", "already"],
    ["NotSupportedError", "unsuitable"],
    ["SecurityError", "elsewhere"],
    ["UnknownError", "cancelled"],
  ])("says what %s means and sends nothing", async (name, why) => {
    get.mockImplementation(() => fails(name));
    page("get", REQUEST);
    await import("../islands/passkey-get");
    await press();
    expect(alert()).toBe(`sentence ${why}`);
    expect(submit).not.toHaveBeenCalled();
  });

  test("tells a time that ran out from a refusal", async () => {
    get.mockImplementation(() => fails("NotAllowedError"));
    page("get", { ...REQUEST, timeout: 0 });
    await import("../islands/passkey-get");
    await press();
    expect(alert()).toBe("sentence late");
  });

  test("says so where the browser has no passkeys", async () => {
    vi.stubGlobal("PublicKeyCredential", undefined);
    page("get", REQUEST);
    await import("../islands/passkey-get");
    expect(alert()).toBe("sentence unsupported");
  });

  test("offers passkeys in the field's list, and lets go of it when the button is pressed", async () => {
    Object.assign(PublicKeyCredential, { isConditionalMediationAvailable: () => Promise.resolve(true) });
    get.mockReturnValue(new Promise(() => undefined));
    page("get", REQUEST, "data-autofill");
    await import("../islands/passkey-get");
    await settled();
    expect(get.mock.calls[0]?.[0].mediation).toBe("conditional");
    await press();
    expect(get.mock.calls[0]?.[0].signal.aborted).toBe(true);
    expect(get.mock.calls[1]?.[0].mediation).toBeUndefined();
    expect(alert()).toBe("");
  });
});

describe("making a passkey", () => {
  const response = { clientDataJSON: bytes(1), attestationObject: bytes(2), getTransports: () => ["usb"] };
  const made = { id: "BAUG", rawId: bytes(4, 5, 6), type: "public-key", response };

  test("sends what was made", async () => {
    create.mockResolvedValue(made);
    page("create", CREATION);
    await import("../islands/passkey-create");
    await press();
    expect(Array.from(new Uint8Array(create.mock.calls[0]?.[0].publicKey.user.id))).toEqual([255, 239]);
    expect(sent().response).toEqual({ clientDataJSON: "AQ", attestationObject: "Ag", transports: ["usb"] });
  });

  test("says that the device holds one already", async () => {
    create.mockImplementation(() => fails("InvalidStateError"));
    page("create", CREATION);
    await import("../islands/passkey-create");
    await press();
    expect(alert()).toBe("sentence already");
  });

  test.each([
    ["made", () => Promise.resolve(made)],
    ["not made", () => fails("NotAllowedError")],
  ])("after a password the page goes on, whether one was %s", async (_what, outcome) => {
    create.mockImplementation(outcome);
    page("upgrade", CREATION);
    await import("../islands/passkey-create");
    await settled();
    expect(create.mock.calls[0]?.[0].mediation).toBe("conditional");
    expect(submit).toHaveBeenCalledOnce();
  });
});

describe("telling the browser and the server", () => {
  test.each([
    [{ conditionalCreate: true }, "1"],
    [{ conditionalCreate: false }, ""],
  ])("the password page says whether passkeys are made by the browser: %o", async (capabilities, value) => {
    Object.assign(PublicKeyCredential, { getClientCapabilities: () => Promise.resolve(capabilities) });
    document.body.innerHTML = `<form><input type="hidden" name="upgrade" value=""></form>`;
    await import("../islands/passkey-offer");
    await settled();
    expect((document.querySelector("input") as HTMLInputElement).value).toBe(value);
  });

  test("what counts, and what does not any more", async () => {
    const facts = { rpId: "localhost", userId: "AQ", allAcceptedCredentialIds: ["BAUG"], name: "a", displayName: "A" };
    document.body.innerHTML = `<div id="accepted"></div><div data-passkey-unknown="BAUG" data-passkey-rp="localhost"></div>`;
    (document.querySelector("#accepted") as HTMLElement).dataset.passkeysAccepted = JSON.stringify(facts);
    await import("../islands/passkey-tidy");
    expect(signals.signalAllAcceptedCredentials).toHaveBeenCalledWith({
      rpId: "localhost",
      userId: "AQ",
      allAcceptedCredentialIds: ["BAUG"],
    });
    expect(signals.signalCurrentUserDetails).toHaveBeenCalledWith({ rpId: "localhost", userId: "AQ", name: "a", displayName: "A" });
    expect(signals.signalUnknownCredential).toHaveBeenCalledWith({ rpId: "localhost", credentialId: "BAUG" });
  });
});

test.each(["passkey-get", "passkey-create", "passkey-offer", "passkey-tidy"])("%s is built as one classic script", (name) => {
  const script = read(`dist/islands/${name}.js`);
  expect(script).not.toMatch(/\bimport\b|\bexport\b|\basync\b|\bawait\b|\?\.|\?\?/);
});
