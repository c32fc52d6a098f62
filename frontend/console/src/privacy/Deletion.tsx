/** The end of the account, in two presses. Every session ends with it, this one too. */

import { useState } from "react";
import { useChange } from "../api/queries";
import { dropDrafts } from "../frame/drafts";
import { useEnd } from "../frame/Ended";
import { usePage } from "../frame/page";
import { entranceTo } from "../frame/signIn";
import { Act } from "../parts/Act";
import { Proven } from "../parts/Proven";
import { Result } from "../parts/Result";
import { useWords } from "../words/context";

export function Deletion() {
  const { say } = useWords();
  return (
    <>
      <p className="console__text">{say("privacy.delete_text")}</p>
      <Proven>
        <TwoPresses />
      </Proven>
    </>
  );
}

function TwoPresses() {
  const { say } = useWords();
  const [isSure, setSure] = useState(false);
  const close = useClose();
  return (
    <>
      <Act isExpanded={isSure} isBusy={false} onAct={() => setSure(!isSure)}>
        {say(isSure ? "frame.cancel" : "privacy.delete_act")}
      </Act>
      {isSure ? (
        <>
          <Result of={close} />
          <Act primary isBusy={close.isPending} onAct={() => close.mutate({})}>
            {say("privacy.delete_sure")}
          </Act>
        </>
      ) : null}
    </>
  );
}

/** Nothing is left to show but the day and the way to keep the account. */
function useClose() {
  const { say, dates } = useWords();
  const { entrance } = usePage();
  const end = useEnd();
  return useChange("POST /privacy/deletion", {
    onDone: ({ message, data }) => {
      dropDrafts();
      const text = `${message} ${say("privacy.closed_text", { day: dates.day(data.erasure_due_at) })}`;
      end({ heading: say("privacy.closed"), text, way: say("privacy.closed_keep"), href: entranceTo(entrance) });
    },
  });
}
