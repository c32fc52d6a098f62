/** How the person signs in: password and other services are changed here, second steps on the pages that need no script. */

import { Section } from "../parts/Section";
import { useWords } from "../words/context";
import { Factors } from "./Factors";
import { Password } from "./Password";
import { Services } from "./Services";

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
      <Services />
    </>
  );
}
