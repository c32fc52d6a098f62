/** Navigation beside the view. */

import { type ComponentType, useEffect, useRef } from "react";
import { Addresses } from "../addresses/Addresses";
import { Apps } from "../apps/Apps";
import { Privacy } from "../privacy/Privacy";
import { Profile } from "../profile/Profile";
import { Security } from "../security/Security";
import { Sessions } from "../sessions/Sessions";
import { useWords } from "../words/context";
import { useAddress, ViewLink } from "./address";
import { Heading } from "./Heading";
import { Offline } from "./Offline";
import { usePage } from "./page";
import { HEADINGS, VIEWS, type View } from "./views";

const SHOWN: Record<View, ComponentType> = {
  profile: Profile,
  security: Security,
  addresses: Addresses,
  sessions: Sessions,
  apps: Apps,
  privacy: Privacy,
};

export function Frame() {
  const { say } = useWords();
  const page = usePage();
  const { view } = useAddress();
  const Shown = SHOWN[view];
  // The page itself was just opened: its first heading needs no focus.
  const first = useRef(true);
  useEffect(() => {
    first.current = false;
  }, []);
  return (
    <div className="console__frame">
      <nav className="console__navigation" aria-label={say("frame.navigation")}>
        <ul>
          {VIEWS.map((one) => (
            <li key={one}>
              <ViewLink to={one} className="console__link">
                {say(HEADINGS[one])}
              </ViewLink>
            </li>
          ))}
        </ul>
        <a className="console__plain" href={page.pages}>
          {say("frame.plain")}
        </a>
      </nav>
      <div className="card console__view" key={view}>
        <Heading title={say(HEADINGS[view])} focused={!first.current}>
          {say(`${view}.intro`)}
        </Heading>
        <Offline />
        <Shown />
      </div>
    </div>
  );
}
