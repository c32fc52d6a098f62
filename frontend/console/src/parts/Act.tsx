/** A button that makes one change; its result is shown by whoever holds the change. */

import type { ReactNode } from "react";
import { useWords } from "../words/context";

interface Properties {
  readonly onAct: () => void;
  readonly isBusy: boolean;
  /** What it is called aloud, where several buttons of a list look alike. */
  readonly label?: string;
  readonly primary?: boolean;
  /** Of a button that shows and hides what follows it. */
  readonly isExpanded?: boolean;
  readonly children: ReactNode;
}

export function Act({ onAct, isBusy, label, primary = false, isExpanded, children }: Properties) {
  const { say } = useWords();
  return (
    <button
      type="button"
      className={primary ? "button" : "button button--secondary"}
      aria-label={isBusy ? undefined : label}
      aria-disabled={isBusy}
      aria-expanded={isExpanded}
      onClick={() => isBusy || onAct()}
    >
      {isBusy ? say("frame.saving") : children}
    </button>
  );
}
