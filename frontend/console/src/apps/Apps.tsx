/** Applications of others that may use the account; disconnecting one takes its access at once. */

import type { ConnectedApp } from "../api/generated/answers";
import { useChange, useRead } from "../api/queries";
import { Act } from "../parts/Act";
import { Entries, Entry } from "../parts/Entries";
import { Loaded } from "../parts/Loaded";
import { Result } from "../parts/Result";
import { useWords } from "../words/context";

export function Apps() {
  const apps = useRead("GET /apps");
  return <Loaded query={apps}>{(held) => <List apps={held.apps} />}</Loaded>;
}

function List({ apps }: { apps: readonly ConnectedApp[] }) {
  const { say, dates } = useWords();
  const disconnect = useChange("DELETE /apps/{client_id}", { stale: ["GET /apps", "GET /sessions"] });
  return (
    <>
      <Result of={disconnect} focused />
      {apps.length ? null : <p className="console__text">{say("apps.none")}</p>}
      <Entries>
        {apps.map(({ client_id, name, permissions, granted_at }) => (
          <Entry
            key={client_id}
            name={name}
            facts={[say("apps.since", { day: dates.day(granted_at) })]}
            list={permissions.length ? permissions.map(({ sentence }) => sentence) : [say("apps.sign_in_only")]}
          >
            <Act
              label={say("apps.disconnect_app", { app: name })}
              isBusy={disconnect.isPending && disconnect.variables?.path?.client_id === client_id}
              onAct={() => disconnect.mutate({ path: { client_id } })}
            >
              {say("apps.disconnect")}
            </Act>
          </Entry>
        ))}
      </Entries>
    </>
  );
}
