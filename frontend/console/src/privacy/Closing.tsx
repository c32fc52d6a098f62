/** An account that is going to be deleted, and the way to keep it. It stays mounted, so that its answer is read. */

import { useChange } from "../api/queries";
import { Act } from "../parts/Act";
import { Result } from "../parts/Result";
import { Section } from "../parts/Section";
import { useWords } from "../words/context";

export function Closing({ dueAt }: { dueAt: string | null }) {
  const { say, dates } = useWords();
  const keep = useChange("DELETE /privacy/deletion", { stale: ["GET /privacy"] });
  if (!dueAt) return <Result of={keep} focused />;
  return (
    <Section title={say("privacy.closing")}>
      <p className="console__text">{say("privacy.closing_text", { day: dates.day(dueAt) })}</p>
      <Result of={keep} />
      <Act primary isBusy={keep.isPending} onAct={() => keep.mutate({})}>
        {say("privacy.keep")}
      </Act>
    </Section>
  );
}
