/** Where the person is signed in, and where their second step is not asked for. */

import { Section } from "../parts/Section";
import { useWords } from "../words/context";
import { RememberedDevices } from "./RememberedDevices";
import { SignedInSessions } from "./SignedInSessions";

export function Sessions() {
  const { say } = useWords();
  return (
    <>
      <Section title={say("sessions.list")}>
        <SignedInSessions />
      </Section>
      <Section title={say("devices.list")}>
        <RememberedDevices />
      </Section>
    </>
  );
}
