/** What stays when the session is over: why, and the way back. Nothing of the person is shown any more. */

import { createContext, useContext } from "react";
import { Heading } from "./Heading";

export interface End {
  readonly heading: string;
  readonly text: string;
  /** The words of the way back, and where it leads. */
  readonly way: string;
  readonly href: string;
  /** Before the way is taken. */
  readonly leave?: () => void;
}

/** Ends the console for this person. */
export const EndContext = createContext<(end: End) => void>(() => {});
export const useEnd = () => useContext(EndContext);

export function Ended({ end }: { end: End }) {
  return (
    <section className="card console__ended" id="console-ended">
      <Heading title={end.heading} focused>
        {end.text}
      </Heading>
      <a className="button" id="console-way-back" href={end.href} onClick={end.leave}>
        {end.way}
      </a>
    </section>
  );
}
