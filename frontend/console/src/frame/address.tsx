/** Which view the address names, and links that change it without loading the page anew. */

import { createContext, type MouseEvent, type ReactNode, useCallback, useContext, useMemo, useSyncExternalStore } from "react";
import { pathOf, type View, viewAt } from "./views";

interface Address {
  readonly view: View;
  readonly path: (view: View) => string;
  readonly go: (view: View) => void;
}

const Context = createContext<Address | null>(null);
const CHANGED = "console:address";

function subscribe(told: () => void): () => void {
  // Back and forward are the browser's news; ours is an event of our own.
  for (const event of ["popstate", CHANGED]) addEventListener(event, told);
  return () => {
    for (const event of ["popstate", CHANGED]) removeEventListener(event, told);
  };
}

export function AddressProvider({ root, children }: { root: string; children: ReactNode }) {
  const view = useSyncExternalStore(subscribe, () => viewAt(location.pathname, root));
  const go = useCallback(
    (to: View) => {
      history.pushState(null, "", pathOf(to, root));
      dispatchEvent(new Event(CHANGED));
    },
    [root],
  );
  const address = useMemo(() => ({ view, go, path: (to: View) => pathOf(to, root) }), [view, go, root]);
  return <Context value={address}>{children}</Context>;
}

export function useAddress(): Address {
  const address = useContext(Context);
  if (!address) throw new Error("no address here");
  return address;
}

/** A real link, so that opening it in a new tab works; a plain click stays on the page. */
export function ViewLink({ to, className, children }: { to: View; className?: string; children: ReactNode }) {
  const { view, path, go } = useAddress();
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a href={path(to)} className={className} aria-current={view === to ? "page" : undefined} onClick={follow}>
      {children}
    </a>
  );
}
