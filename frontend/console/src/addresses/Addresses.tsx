/** E-mail address and phone number. A new one is the account's once its code came back; until then the old one stays. */

import type { Addresses as Held } from "../api/generated/answers";
import { useRead } from "../api/queries";
import { Loaded } from "../parts/Loaded";
import { Proven } from "../parts/Proven";
import { Section } from "../parts/Section";
import { useWords } from "../words/context";
import { ChangeAddress } from "./ChangeAddress";

export function Addresses() {
  const addresses = useRead("GET /addresses");
  return <Loaded query={addresses}>{(held) => <Both held={held} />}</Loaded>;
}

function Both({ held }: { held: Held }) {
  const { say } = useWords();
  return (
    <>
      <Section title={say("addresses.present")}>
        <dl className="facts">
          <Present kind={say("addresses.email")} address={held.email} isVerified={held.email_verified} />
          <Present kind={say("addresses.phone")} address={held.phone_number} isVerified={held.phone_number_verified} />
        </dl>
      </Section>
      <Section title={say("addresses.new")}>
        <Proven>
          <ChangeAddress pending={held.pending} />
        </Proven>
      </Section>
    </>
  );
}

function Present({ kind, address, isVerified }: { kind: string; address: string | null; isVerified: boolean }) {
  const { say } = useWords();
  return (
    <>
      <dt>{kind}</dt>
      <dd>
        {address ? (
          <>
            <bdi>{address}</bdi> · {say(isVerified ? "addresses.verified" : "addresses.unverified")}
          </>
        ) : (
          say("addresses.none")
        )}
      </dd>
    </>
  );
}
