/** Consent to news by mail. The words are the server's; their version goes back with the choice. */

import type { Privacy } from "../api/generated/answers";
import { useChange } from "../api/queries";
import { Act } from "../parts/Act";
import { Result } from "../parts/Result";
import { useWords } from "../words/context";

export function News({ held }: { held: Privacy }) {
  const { say } = useWords();
  const choose = useChange("PUT /privacy/marketing", { stale: ["GET /privacy"] });
  const isBarred = held.restricted_at !== null && !held.marketing_allowed;
  const send = () => choose.mutate({ body: { allowed: !held.marketing_allowed, text_version: held.marketing_text_version } });
  return (
    <>
      <p className="console__text">{held.marketing_text}</p>
      <Result of={choose} />
      {isBarred ? (
        <p className="console__text">{say("privacy.news_restricted")}</p>
      ) : (
        <Act isBusy={choose.isPending} onAct={send}>
          {say(held.marketing_allowed ? "privacy.news_no" : "privacy.news_yes")}
        </Act>
      )}
    </>
  );
}
