/** A browser without scripts that signs the shopper in: follows redirects inside the provider, keeps cookies, sends our forms back filled in. */

const cookies = new Map<string, string>();

async function ask(url: URL, form?: URLSearchParams): Promise<Response> {
  const headers: Record<string, string> = {
    accept: "text/html",
    cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
  };
  const answer = await fetch(url, form ? { method: "POST", headers, body: form, redirect: "manual" } : { headers, redirect: "manual" });
  for (const cookie of answer.headers.getSetCookie()) {
    const [pair = ""] = cookie.split(";");
    cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
  }
  return answer;
}

/** Where the browser ends: a page of the provider with its text, or an address outside. */
interface End {
  readonly url: URL;
  readonly html: string;
}

async function follow(url: URL, form?: URLSearchParams): Promise<End> {
  let here = url;
  let answer = await ask(here, form);
  while (answer.status >= 300 && answer.status < 400) {
    const next = new URL(answer.headers.get("location") ?? "", here);
    if (next.origin !== url.origin) {
      return { url: next, html: "" };
    }
    here = next;
    answer = await ask(here);
  }
  return { url: here, html: await answer.text() };
}

/** The hidden fields of the form of a page. */
function fieldsOf(html: string): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [input] of html.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    fields.set(/name="([^"]*)"/.exec(input)?.[1] ?? "", /value="([^"]*)"/.exec(input)?.[1] ?? "");
  }
  return fields;
}

async function submit(page: End, name: string, value: string): Promise<End> {
  const fields = fieldsOf(page.html);
  fields.set(name, value);
  return await follow(page.url, fields);
}

/** The address that the client hears back at. */
export async function signIn(authorization: URL, person: { username: string; password: string }): Promise<URL> {
  cookies.clear();
  const first = await follow(authorization);
  const second = await submit(first, "username", person.username);
  return (await submit(second, "password", person.password)).url;
}

/** The address that a sign-out of the same browser ends at. */
export async function signOut(address: URL): Promise<URL> {
  return (await follow(address)).url;
}
