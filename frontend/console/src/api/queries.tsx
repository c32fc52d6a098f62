/** Reading and changing through TanStack Query: what is read is kept and read again when a change makes it stale. */

import {
  MutationCache,
  QueryCache,
  QueryClient,
  QueryClientProvider,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { createContext, type ReactNode, useCallback, useContext, useState } from "react";
import { signalAccepted } from "../../../shared/signals";
import type { Answer, Asked, Call, Operation } from "./call";
import type { Operations } from "./generated/operations";
import { type Refusal, UNREACHABLE } from "./refusal";

declare module "@tanstack/react-query" {
  interface Register {
    defaultError: Refusal;
  }
}

/** The calls that change nothing. */
export type Reading = Extract<Operation, `GET ${string}`>;
export type Changing = Exclude<Operation, Reading>;

const Context = createContext<Call | null>(null);

const FRESH_MS = 30_000;

/** `onSignedOut` hears of every answer that says that nobody is signed in any more. */
export function ApiProvider({ call, onSignedOut, children }: { call: Call; onSignedOut: (refusal: Refusal) => void; children: ReactNode }) {
  const [client] = useState(() => clientOf(onSignedOut));
  return (
    <Context value={call}>
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    </Context>
  );
}

function clientOf(onSignedOut: (refusal: Refusal) => void): QueryClient {
  const onError = (refusal: Refusal) => {
    if (refusal.isSignedOut) onSignedOut(refusal);
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      // Asked even when the browser believes to be offline: it is often wrong, and the answer is a sentence either way.
      queries: { networkMode: "always", staleTime: FRESH_MS, retry: (count, refusal) => refusal.code === UNREACHABLE && count < 1 },
      mutations: { networkMode: "always" },
    },
  });
}

function useCall(): Call {
  const call = useContext(Context);
  if (!call) throw new Error("no API here");
  return call;
}

/** What the API tells. */
export function useRead<Name extends Reading>(name: Name): UseQueryResult<Operations[Name]["data"]> {
  const call = useCall();
  return useQuery({ queryKey: [name], queryFn: async ({ signal }) => (await call(name, { signal })).data });
}

/** Tells the browser which passkeys count and what the person is called now. That it could not be told is nobody's news. */
export function useTellBrowser(): () => void {
  const call = useCall();
  return useCallback(() => {
    const tell = ({ data }: Answer<"GET /authenticators">) => data.accepted && signalAccepted(data.accepted);
    call("GET /authenticators", {}).then(tell, () => undefined);
  }, [call]);
}

/** One kind of change, as the place that makes it holds it. */
export type Change<Name extends Changing> = UseMutationResult<Answer<Name>, Refusal, Asked<Name>>;

interface Consequences<Name extends Changing> {
  /** What has to be read again; the change is under way until it was. */
  readonly stale?: readonly Reading[];
  readonly onDone?: (answer: Answer<Name>) => void;
}

/** Makes one kind of change. It ends for whoever holds it, so hold it where the result is to be read. */
export function useChange<Name extends Changing>(name: Name, { stale = [], onDone }: Consequences<Name>): Change<Name> {
  const call = useCall();
  const client = useQueryClient();
  const readAgain = () => Promise.all(stale.map((reading) => client.invalidateQueries({ queryKey: [reading] })));
  return useMutation<Answer<Name>, Refusal, Asked<Name>>({
    mutationFn: (asked) => call(name, asked),
    onSuccess: async (answer) => {
      onDone?.(answer);
      await readAgain();
    },
    // Somebody was faster: in another tab, or on another device.
    onError: async (refusal) => {
      if (refusal.isGone) await readAgain();
    },
  });
}
