/** One message, as the provider's pages draw it: an icon and a coloured edge beside the words. */

import type { ReactNode, Ref } from "react";

export type NoticeKind = "error" | "success" | "info";

// The same signs as `components/alert.html`.
const SIGNS: Record<NoticeKind, string> = {
  error: "M10 5.9v4.8M10 13.9v.1",
  success: "m6.3 10.4 2.5 2.5 5-5.4",
  info: "M10 9.3v4.8M10 6v.1",
};

interface Properties {
  readonly kind: NoticeKind;
  readonly children: ReactNode;
  readonly role?: "alert";
  readonly ref?: Ref<HTMLDivElement>;
}

/** An error is an alert; where something else says the others aloud is for the place that shows them. */
export function Notice({ kind, children, role, ref }: Properties) {
  return (
    <div className={`alert alert--${kind}`} role={role} ref={ref} tabIndex={-1}>
      <svg
        className="alert__icon"
        viewBox="0 0 20 20"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
      >
        <circle cx="10" cy="10" r="8.2" />
        <path d={SIGNS[kind]} />
      </svg>
      <div className="alert__text">{children}</div>
    </div>
  );
}
