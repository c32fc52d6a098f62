/** The heading of a view. Focus moves to it when the view changes, so that a screen reader reads on from there (WCAG 2.2, 2.4.3). */

import { type ReactNode, useEffect, useRef } from "react";
import { useWords } from "../words/context";

export function Heading({ title, focused, children }: { title: string; focused: boolean; children?: ReactNode }) {
  const { say } = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = say("frame.title", { view: title });
  }, [say, title]);
  useEffect(() => {
    if (!focused) return;
    heading.current?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  }, [focused]);
  return (
    <div className="console__head">
      <h1 className="card__title" id="page-heading" ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children ? <p className="card__intro">{children}</p> : null}
    </div>
  );
}
