/** Says results to assistive technology: one live region that is there from the start, because regions that come later are often not read. */

import { createContext, type ReactNode, useContext, useState } from "react";

type Announce = (sentence: string) => void;
const Context = createContext<Announce>(() => {});

export function Announcer({ children }: { children: ReactNode }) {
  // Counted, so that the same sentence twice is said twice.
  const [{ sentence, count }, set] = useState({ sentence: "", count: 0 });
  const [announce] = useState<Announce>(() => (next: string) => set((before) => ({ sentence: next, count: before.count + 1 })));
  return (
    <Context value={announce}>
      {children}
      <div className="visually-hidden" aria-live="polite" id="console-announcer">
        <span key={count}>{sentence}</span>
      </div>
    </Context>
  );
}

export const useAnnounce = (): Announce => useContext(Context);
