/** How the person signs in: the password is changed here, second steps on the pages that need no script. */

import { Section } from "../parts/Section";
import { useWords } from "../words/context";
import { Factors } from "./Factors";
import { Password } from "./Password";

export function Security() {
  const { say } = useWords();
  return (
    <>
      <Section title={say("security.password")}>
        <Password />
      </Section>
      <Section title={say("security.factors")}>
        <Factors />
      </Section>
    </>
  );
}
