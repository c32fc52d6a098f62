/** Each session with the device it is on; this one is marked. No fresh sign-in is asked: whoever sees a stranger must be able to act. */

import type { Session } from "../api/generated/answers";
import { useChange, useRead } from "../api/queries";
import { dropDrafts } from "../frame/drafts";
import { useEnd } from "../frame/Ended";
import { usePage } from "../frame/page";
import { entranceTo } from "../frame/signIn";
import { Act } from "../parts/Act";
import { Entries, Entry } from "../parts/Entries";
import { Loaded } from "../parts/Loaded";
import { latest, Result } from "../parts/Result";
import { useWords } from "../words/context";

export function SignedInSessions() {
  const sessions = useRead("GET /sessions");
  return <Loaded query={sessions}>{(held) => <List sessions={held.sessions} />}</Loaded>;
}

function List({ sessions }: { sessions: readonly Session[] }) {
  const { say, dates } = useWords();
  const end = useChange("DELETE /sessions/{sid}", { stale: ["GET /sessions"] });
  const endOthers = useChange("DELETE /sessions", { stale: ["GET /sessions"] });
  const signOut = useSignOut();
  const facts = ({ last_used_at, signed_in_at, place, fingerprint }: Omit<Session, "id" | "device" | "current">) => [
    say("sessions.used", { time: dates.time(last_used_at) }),
    say("sessions.since", { day: dates.day(signed_in_at) }),
    // Both only where the operator keeps them.
    ...(place ? [say("sessions.place", { place })] : []),
    ...(fingerprint ? [say("sessions.fingerprint", { fingerprint })] : []),
  ];
  return (
    <>
      <Result of={latest(end, endOthers, signOut)} focused />
      <Entries>
        {sessions.map(({ id, device, current, ...one }) => (
          <Entry key={id} name={device} mark={current ? say("sessions.current") : undefined} facts={facts(one)}>
            <Act
              label={say("sessions.end_device", { device })}
              isBusy={[end, signOut].some((change) => change.isPending && change.variables?.path?.sid === id)}
              onAct={() => (current ? signOut : end).mutate({ path: { sid: id } })}
            >
              {say("sessions.end")}
            </Act>
          </Entry>
        ))}
      </Entries>
      {sessions.length > 1 ? (
        <Act primary isBusy={endOthers.isPending} onAct={() => endOthers.mutate({})}>
          {say("sessions.end_others")}
        </Act>
      ) : null}
    </>
  );
}

/** Ends the session that asks: nothing is read again, and nothing of the person stays. */
function useSignOut() {
  const { say } = useWords();
  const { entrance } = usePage();
  const end = useEnd();
  return useChange("DELETE /sessions/{sid}", {
    onDone: ({ message }) => {
      dropDrafts();
      end({ heading: say("sessions.left"), text: message, way: say("frame.sign_in"), href: entranceTo(entrance) });
    },
  });
}
