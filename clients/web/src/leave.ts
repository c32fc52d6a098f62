/**
 * How the page leaves for the provider. A sign-in goes by address, as the protocol wants it. A sign-out goes by a form: what is sent along
 * (an ID token) then stands in no history, no server's log and no Referer; the provider takes either (RP-Initiated Logout 1.0, section 2).
 */

/** Goes to the address; resolves only when the browser brings this page back from its memory. */
export async function leaveByAddress(address: string): Promise<void> {
  const back = new Promise<void>((resolve) => window.addEventListener("pageshow", () => resolve(), { once: true }));
  location.assign(address);
  await back;
}

/** Posts the parameters of an address to the address without them. */
export function leaveByPost(address: URL): void {
  const form = document.createElement("form");
  form.method = "post";
  form.action = address.origin + address.pathname;
  for (const [name, value] of address.searchParams) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}
