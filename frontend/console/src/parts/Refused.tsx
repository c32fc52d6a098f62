/** A refusal in words: the API's sentence as it is, and the way on where there is one. */

import type { ReactNode } from "react";
import { type Refusal, UNREACHABLE, UNREADABLE } from "../api/refusal";
import { keepDrafts } from "../frame/drafts";
import { proofAt } from "../frame/signIn";
import { useWords } from "../words/context";
import type { Sentence } from "../words/sentences";
import { Notice } from "./Notice";

// When nobody, or somebody else, answered, the words are ours.
const OURS: Readonly<Record<string, Extract<Sentence, "frame.unreachable" | "frame.unreadable">>> = {
  [UNREACHABLE]: "frame.unreachable",
  [UNREADABLE]: "frame.unreadable",
};

export function Refused({ refusal }: { refusal: Refusal }) {
  const { say } = useWords();
  const own = OURS[refusal.code];
  return (
    <Notice kind="error" role="alert">
      <p>{own ? say(own) : refusal.message}</p>
      <WayOn refusal={refusal} />
      {refusal.status >= 500 && refusal.reference ? <p>{say("frame.reference", { reference: refusal.reference })}</p> : null}
    </Notice>
  );
}

/** Where only signing in again, or the page loaded anew, helps. */
function WayOn({ refusal }: { refusal: Refusal }): ReactNode {
  const { say } = useWords();
  if (refusal.isProofTooOld && refusal.action) {
    return (
      <a href={proofAt(refusal.action)} onClick={keepDrafts}>
        {say("frame.sign_in_again")}
      </a>
    );
  }
  if (!refusal.isPageTooOld) return null;
  const reload = () => {
    keepDrafts();
    location.reload();
  };
  return (
    <button type="button" className="button button--secondary" onClick={reload}>
      {say("frame.reload")}
    </button>
  );
}
