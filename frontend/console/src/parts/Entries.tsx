/** A list of things of the same kind, each with its facts and what can be done with it. */

import type { ReactNode } from "react";

export function Entries({ children }: { children: ReactNode }) {
  return <ul className="console__entries">{children}</ul>;
}

interface Properties {
  /** Somebody else's text: a device, an application, a name that was typed. */
  readonly name: string;
  /** Beside the name. */
  readonly mark?: string | undefined;
  /** One sentence each. */
  readonly facts: readonly string[];
  readonly children?: ReactNode;
}

export function Entry({ name, mark, facts, children }: Properties) {
  return (
    <li className="console__entry">
      <p className="console__name">
        <bdi>{name}</bdi> {mark ? <strong className="console__mark">{mark}</strong> : null}
      </p>
      <p className="console__text">{facts.join(" ")}</p>
      {children}
    </li>
  );
}
