/** Rendered on the server: it knows who is signed in before anything is sent, so nothing flickers. */

import { headers } from "next/headers";
import { bff } from "../bff";

export default async function Home() {
  // First, for it tells Next.js that this page is made anew for each request, not at build time.
  const asked = await headers();
  const person = await bff().person(asked);
  if (person === null) {
    return (
      <main>
        <h1>Fashionistar</h1>
        {/* Plain links: these are no pages of ours to load in advance. */}
        <a href="/auth/login?returnUrl=/">Sign in</a> <a href="/auth/login?prompt=create&returnUrl=/">Create an account</a>
      </main>
    );
  }
  return (
    <main>
      <h1>Hello, {person.name || person.email}</h1>
      <form action="/auth/logout" method="post">
        <button type="submit">Sign out</button>
      </form>
    </main>
  );
}
