/** How the person's data is used, how they take it along, and how they delete it. */

import { useRead } from "../api/queries";
import { Loaded } from "../parts/Loaded";
import { Section } from "../parts/Section";
import { useWords } from "../words/context";
import { Closing } from "./Closing";
import { Deletion } from "./Deletion";
import { Export } from "./Export";
import { News } from "./News";
import { Restriction } from "./Restriction";

export function Privacy() {
  const { say } = useWords();
  const privacy = useRead("GET /privacy");
  return (
    <Loaded query={privacy}>
      {(held) => (
        <>
          <Closing dueAt={held.erasure_due_at} />
          <Section title={say("privacy.news")}>
            <News held={held} />
          </Section>
          <Section title={say("privacy.use")}>
            <Restriction since={held.restricted_at} />
          </Section>
          <Section title={say("privacy.export")}>
            <Export />
          </Section>
          {held.erasure_due_at ? null : (
            <Section title={say("privacy.delete")}>
              <Deletion />
            </Section>
          )}
        </>
      )}
    </Loaded>
  );
}
