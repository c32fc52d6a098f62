/** The second steps the person has. Adding, renaming and removing them is done on the page `/account/security`. */

import { useEffect } from "react";
import { signalAccepted } from "../../../shared/signals";
import type { Authenticator, Authenticators } from "../api/generated/answers";
import { useRead } from "../api/queries";
import { usePage } from "../frame/page";
import { Entries, Entry } from "../parts/Entries";
import { Loaded } from "../parts/Loaded";
import { Notice } from "../parts/Notice";
import { useWords } from "../words/context";

export function Factors() {
  const { say } = useWords();
  const { pages } = usePage();
  const held = useRead("GET /authenticators");
  return (
    <>
      <Loaded query={held}>{(all) => <Held all={all} />}</Loaded>
      <a className="button button--secondary" href={`${pages}/security`}>
        {say("security.factors_change")}
      </a>
    </>
  );
}

function Held({ all }: { all: Authenticators }) {
  const { say } = useWords();
  const { authenticators, recovery_codes_left, required, accepted } = all;
  // One may have been removed on another device.
  useEffect(() => {
    if (accepted) signalAccepted(accepted);
  }, [accepted]);
  return (
    <>
      {required ? <p className="console__text">{say("security.required")}</p> : null}
      {authenticators.length ? (
        <>
          <Entries>
            {authenticators.map((factor) => (
              <Factor key={factor.id} factor={factor} />
            ))}
          </Entries>
          <p className="console__text">{say("security.codes_left", { count: recovery_codes_left })}</p>
        </>
      ) : (
        <p className="console__text">{say("security.factors_none")}</p>
      )}
    </>
  );
}

function Factor({ factor }: { factor: Authenticator }) {
  const { say, dates } = useWords();
  const { kind, name, device, created_at, last_used_at, suspected } = factor;
  const used = last_used_at ? say("security.used", { day: dates.day(last_used_at) }) : say("security.unused");
  const made = device && device !== name ? [`${device}.`] : [];
  return (
    <Entry name={name} mark={say(`security.${kind}`)} facts={[...made, say("security.added", { day: dates.day(created_at) }), used]}>
      {suspected ? <Notice kind="error">{say("security.suspected")}</Notice> : null}
    </Entry>
  );
}
