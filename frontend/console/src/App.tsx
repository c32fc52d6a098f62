/** The console from outside in: who answers, what is said, at which address, for whom; and what is left when the session ends. */

import { useCallback, useState } from "react";
import { callAs } from "./api/call";
import { ApiProvider } from "./api/queries";
import type { Refusal } from "./api/refusal";
import { Announcer } from "./frame/Announcer";
import { AddressProvider } from "./frame/address";
import { Broken } from "./frame/Broken";
import { keepDrafts } from "./frame/drafts";
import { type End, EndContext, Ended } from "./frame/Ended";
import { ErrorBoundary } from "./frame/ErrorBoundary";
import { Frame } from "./frame/Frame";
import { PageContext } from "./frame/page";
import { PersonProvider } from "./frame/person";
import { entranceTo } from "./frame/signIn";
import type { Page } from "./page";
import { Speaking } from "./words/context";
import { languageOf } from "./words/languages";
import { sayIn } from "./words/sentences";

/** What the page speaks now: the account's language once it is known (`Speaking` writes it there). */
const spoken = () => languageOf(document.documentElement.lang);

export function App({ page }: { page: Page }) {
  const [call] = useState(() => callAs(page.csrf, spoken));
  const [ended, setEnded] = useState<(End & { language: ReturnType<typeof spoken> }) | null>(null);
  const end = useCallback((how: End) => setEnded({ ...how, language: spoken() }), []);
  const onSignedOut = useCallback((refusal: Refusal) => end(signedOut(refusal, page.entrance)), [end, page.entrance]);
  return (
    <Speaking language={ended?.language ?? page.language} zone="">
      <ErrorBoundary instead={<Broken pages={page.pages} />}>
        {ended ? (
          <Ended end={ended} />
        ) : (
          <PageContext value={page}>
            <EndContext value={end}>
              <ApiProvider call={call} onSignedOut={onSignedOut}>
                <AddressProvider root={page.root}>
                  <Announcer>
                    <PersonProvider>
                      <Frame />
                    </PersonProvider>
                  </Announcer>
                </AddressProvider>
              </ApiProvider>
            </EndContext>
          </PageContext>
        )}
      </ErrorBoundary>
    </Speaking>
  );
}

/** The session ended behind the person's back: the API says so, and what was typed waits for them. */
function signedOut(refusal: Refusal, entrance: string): End {
  const say = sayIn(spoken());
  return {
    heading: say("frame.ended"),
    text: `${refusal.message} ${say("frame.ended_text")}`,
    way: say("frame.sign_in"),
    href: entranceTo(entrance),
    leave: keepDrafts,
  };
}
