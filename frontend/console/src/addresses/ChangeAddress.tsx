/** The two steps of a change. Both are held here, so that what one of them said stays while the other takes its place. */

import type { PendingAddress as Pending } from "../api/generated/answers";
import { useChange, useTellBrowser } from "../api/queries";
import { latest, Result } from "../parts/Result";
import { NewAddress } from "./NewAddress";
import { PendingAddress } from "./PendingAddress";

export function ChangeAddress({ pending }: { pending: Pending | null }) {
  const ask = useChange("PUT /addresses/new", { stale: ["GET /addresses"] });
  const confirm = useChange("POST /addresses/new/code", { stale: ["GET /addresses", "GET /me"], onDone: useTellBrowser() });
  const keep = useChange("DELETE /addresses/new", { stale: ["GET /addresses"] });
  return (
    <>
      <Result of={latest(ask, confirm, keep)} focused />
      {pending ? <PendingAddress address={pending.address} confirm={confirm} keep={keep} /> : <NewAddress ask={ask} />}
    </>
  );
}
