/** Other services that sign the person in (Google, Facebook): nothing is said of them until there are any. */

import type { ConnectedService } from "../api/generated/answers";
import { useChange, useRead } from "../api/queries";
import { Act } from "../parts/Act";
import { Entries, Entry } from "../parts/Entries";
import { Loaded } from "../parts/Loaded";
import { Proven } from "../parts/Proven";
import { Result } from "../parts/Result";
import { Section } from "../parts/Section";
import { useWords } from "../words/context";

export function Services() {
  const { say } = useWords();
  const services = useRead("GET /services");
  const disconnect = useChange("DELETE /services/{link_id}", { stale: ["GET /services", "GET /sessions"] });
  const isEmpty = services.data ? services.data.services.length === 0 : services.isPending;
  if (isEmpty && !services.error && disconnect.isIdle) return null;
  return (
    <Section title={say("security.services")}>
      <Result of={disconnect} focused />
      <Loaded query={services}>
        {({ services: connected }) => (
          <List
            services={connected}
            busy={disconnect.isPending ? disconnect.variables.path?.link_id : undefined}
            onDisconnect={(link_id) => disconnect.mutate({ path: { link_id } })}
          />
        )}
      </Loaded>
    </Section>
  );
}

interface Properties {
  readonly services: readonly ConnectedService[];
  /** The one that is being disconnected. */
  readonly busy: string | undefined;
  readonly onDisconnect: (id: string) => void;
}

function List({ services, busy, onDisconnect }: Properties) {
  const { say, dates } = useWords();
  const isFresh = Boolean(useRead("GET /proof").data?.fresh_until);
  if (!services.length) return <p className="console__text">{say("security.services_none")}</p>;
  return (
    <>
      <Entries>
        {services.map(({ id, name, connected_at }) => (
          <Entry key={id} name={name} facts={[say("security.connected", { day: dates.day(connected_at) })]}>
            {isFresh ? (
              <Act label={say("security.disconnect_service", { service: name })} isBusy={busy === id} onAct={() => onDisconnect(id)}>
                {say("security.disconnect")}
              </Act>
            ) : null}
          </Entry>
        ))}
      </Entries>
      {/* Says why there are no buttons, and leads to where there are. */}
      <Proven>{null}</Proven>
    </>
  );
}
