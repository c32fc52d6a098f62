/** A line while the browser has no network. */

import { useSyncExternalStore } from "react";
import { Notice } from "../parts/Notice";
import { useWords } from "../words/context";

function subscribe(told: () => void): () => void {
  for (const event of ["online", "offline"]) addEventListener(event, told);
  return () => {
    for (const event of ["online", "offline"]) removeEventListener(event, told);
  };
}

export function Offline() {
  const { say } = useWords();
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  return <div role="status">{isOnline ? null : <Notice kind="info">{say("frame.offline")}</Notice>}</div>;
}
