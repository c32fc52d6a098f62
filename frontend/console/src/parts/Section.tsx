/** One subject of a view, under a heading of its own. */

import { type ReactNode, useId } from "react";

export function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className="console__section" aria-labelledby={id}>
      <h2 className="console__subject" id={id}>
        {title}
      </h2>
      {children}
    </section>
  );
}
