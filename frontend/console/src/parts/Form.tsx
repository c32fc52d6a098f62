/** A form that makes one change: its result above, focus on the first field that is wrong, one press at a time. */

import { type FormEvent, type ReactNode, useEffect, useRef } from "react";
import type { Refusal } from "../api/refusal";
import { useWords } from "../words/context";
import { type Outcome, Result } from "./Result";

interface Properties {
  readonly change: Outcome & { readonly isPending: boolean };
  readonly submit: string;
  readonly onSubmit: () => void;
  /** The result is shown by whoever holds the change. */
  readonly toldElsewhere?: boolean;
  readonly secondary?: boolean;
  readonly children?: ReactNode;
}

export function Form({ change, submit, onSubmit, toldElsewhere = false, secondary = false, children }: Properties) {
  const { say } = useWords();
  const form = useRef<HTMLFormElement>(null);
  useFocusOnWhatIsWrong(form, change.error);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!change.isPending) onSubmit();
  };
  return (
    <form className="form" ref={form} onSubmit={send} noValidate>
      {toldElsewhere ? null : <Result of={change} />}
      {children}
      <button className={secondary ? "button button--secondary" : "button"} type="submit" aria-disabled={change.isPending}>
        {change.isPending ? say("frame.saving") : submit}
      </button>
    </form>
  );
}

/** A refusal is read as an alert; whoever sees it goes on typing where it matters. */
function useFocusOnWhatIsWrong(form: { readonly current: HTMLFormElement | null }, refusal: Refusal | null): void {
  useEffect(() => {
    if (refusal) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [form, refusal]);
}
