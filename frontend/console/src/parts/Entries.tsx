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
  /** What else belongs to it, a line each. */
  readonly list?: readonly string[];
  readonly children?: ReactNode;
}

export function Entry({ name, mark, facts, list, children }: Properties) {
  return (
    <li className="console__entry">
      <p className="console__name">
        <bdi>{name}</bdi> {mark ? <strong className="console__mark">{mark}</strong> : null}
      </p>
      <p className="console__text">{facts.join(" ")}</p>
      {list ? (
        <ul className="console__lines">
          {list.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      ) : null}
      {children}
    </li>
  );
}
