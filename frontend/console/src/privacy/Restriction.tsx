/** Restriction of all use: the data is kept, and used to sign the person in, for nothing else. */

import { useChange } from "../api/queries";
import { Act } from "../parts/Act";
import { Result } from "../parts/Result";
import { useWords } from "../words/context";

export function Restriction({ since }: { since: string | null }) {
  const { say, dates } = useWords();
  const choose = useChange("PUT /privacy/restriction", { stale: ["GET /privacy"] });
  return (
    <>
      <p className="console__text">{since ? say("privacy.restricted", { day: dates.day(since) }) : say("privacy.use_text")}</p>
      <Result of={choose} />
      <Act isBusy={choose.isPending} onAct={() => choose.mutate({ body: { restricted: !since } })}>
        {say(since ? "privacy.lift" : "privacy.restrict")}
      </Act>
    </>
  );
}
