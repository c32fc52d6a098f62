/** How a change went, in the API's words: drawn where the change was made, and said aloud. */

import { useEffect, useRef } from "react";
import type { Refusal } from "../api/refusal";
import { useAnnounce } from "../frame/Announcer";
import { Notice } from "./Notice";
import { Refused } from "./Refused";

/** The part of a mutation that tells how it went. */
export interface Outcome {
  readonly data: { readonly message: string } | undefined;
  readonly error: Refusal | null;
  /** Changes with every try. */
  readonly submittedAt: number;
}

/** The one that was tried last. */
export function latest(first: Outcome, ...others: readonly Outcome[]): Outcome {
  return others.reduce((last, one) => (one.submittedAt > last.submittedAt ? one : last), first);
}

/** `focused`: what was pressed is gone with what it belonged to, so the focus goes to the sentence instead. */
export function Result({ of, focused = false }: { of: Outcome; focused?: boolean }) {
  const announce = useAnnounce();
  const notice = useRef<HTMLDivElement>(null);
  const message = of.data?.message;
  // Said once a try: its time is the only thing two tries with the same sentence differ in.
  // biome-ignore lint/correctness/useExhaustiveDependencies: as just said
  useEffect(() => {
    if (!message) return;
    announce(message);
    if (focused) notice.current?.focus();
  }, [message, of.submittedAt, announce, focused]);
  if (of.error) return <Refused refusal={of.error} />;
  if (!message) return null;
  return (
    <Notice kind="success" ref={notice}>
      {message}
    </Notice>
  );
}
