/** Browsers in which the person chose not to be asked for a second step. */

import type { Device } from "../api/generated/answers";
import { useChange, useRead } from "../api/queries";
import { Act } from "../parts/Act";
import { Entries, Entry } from "../parts/Entries";
import { Loaded } from "../parts/Loaded";
import { latest, Result } from "../parts/Result";
import { useWords } from "../words/context";

export function RememberedDevices() {
  const { say } = useWords();
  const devices = useRead("GET /devices");
  return (
    <>
      <p className="console__text">{say("devices.intro")}</p>
      <Loaded query={devices}>{(held) => <List devices={held.devices} />}</Loaded>
    </>
  );
}

function List({ devices }: { devices: readonly Device[] }) {
  const { say, dates } = useWords();
  const forget = useChange("DELETE /devices/{device_id}", { stale: ["GET /devices"] });
  const forgetAll = useChange("DELETE /devices", { stale: ["GET /devices"] });
  const facts = ({ last_used_at, until }: Device) => [
    ...(last_used_at ? [say("sessions.used", { time: dates.time(last_used_at) })] : []),
    say("devices.until", { day: dates.day(until) }),
  ];
  return (
    <>
      <Result of={latest(forget, forgetAll)} focused />
      {devices.length ? null : <p className="console__text">{say("devices.none")}</p>}
      <Entries>
        {devices.map((one) => (
          <Entry key={one.id} name={one.device} mark={one.current ? say("sessions.current") : undefined} facts={facts(one)}>
            <Act
              label={say("devices.forget_device", { device: one.device })}
              isBusy={forget.isPending && forget.variables?.path?.device_id === one.id}
              onAct={() => forget.mutate({ path: { device_id: one.id } })}
            >
              {say("devices.forget")}
            </Act>
          </Entry>
        ))}
      </Entries>
      {devices.length > 1 ? (
        <Act isBusy={forgetAll.isPending} onAct={() => forgetAll.mutate({})}>
          {say("devices.forget_all")}
        </Act>
      ) : null}
    </>
  );
}
