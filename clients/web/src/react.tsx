/**
 * The same for React: a provider that holds one AuthSession, and a hook that tells who is here. The session decides everything; this file
 * only shows its state, so that a component never holds a token longer than a render.
 */

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { describe, type Failure, type Words } from "./errors";
import type { AuthSession } from "./session";
import type { SignedIn } from "./types";

export type Status = "checking" | "signed-in" | "signed-out" | "silent";

export interface Auth {
  readonly status: Status;
  readonly user: SignedIn | null;
  /** The last thing that went wrong, as a sentence; null when nothing did. */
  readonly failure: Failure | null;
  /** Each runs to its end and never throws: what goes wrong becomes `failure`. */
  signIn(returnTo?: string): Promise<void>;
  signOut(): Promise<void>;
  /** Calls a service; a step-up challenge is answered by signing in again. `undefined` when it failed (see `failure`). */
  fetch(url: string, init?: RequestInit): Promise<Response | undefined>;
}

const NO_WORDS: Words = {};
const Context = createContext<Auth | null>(null);

/** One arrival for each session: React runs effects twice in development, and an answer of the provider is good once. */
const arrivals = new WeakMap<AuthSession, Promise<"silent" | "ready">>();

function arrive(session: AuthSession): Promise<"silent" | "ready"> {
  const known = arrivals.get(session);
  if (known !== undefined) return known;
  const arrival = session.arrive().then(({ kind }) => (kind === "silent" ? "silent" : "ready"));
  arrivals.set(session, arrival);
  return arrival;
}

interface ProviderProps {
  readonly session: AuthSession;
  readonly children: ReactNode;
  /** Sentences of the application's own. */
  readonly words?: Words;
}

/** Finishes what the address asks for, then lets the components below know who is here. */
export function AuthProvider({ session, children, words = NO_WORDS }: ProviderProps): ReactNode {
  const [status, setStatus] = useState<"checking" | "silent" | "ready">("checking");
  const [user, setUser] = useState<SignedIn | null>(session.user);
  const [thrown, setThrown] = useState<unknown>(null);

  useEffect(() => {
    let here = true;
    const stop = session.subscribe((reason) => {
      setUser(session.user);
      if (reason !== null) setThrown(reason);
    });
    arrive(session)
      .then((kind) => here && setStatus(kind))
      .catch((error: unknown) => {
        if (!here) return;
        setThrown(error);
        setStatus("ready");
      });
    return () => {
      here = false;
      stop();
    };
  }, [session]);

  const auth = useMemo<Auth>(() => {
    async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
      setThrown(null);
      try {
        return await work();
      } catch (error) {
        setThrown(error ?? new Error("nothing was thrown"));
        return undefined;
      }
    }
    const known = user === null ? "signed-out" : "signed-in";
    return {
      status: status === "ready" ? known : status,
      user,
      failure: thrown === null ? null : describe(thrown, navigator.onLine, words),
      signIn: (returnTo) => attempt(() => session.signIn(returnTo === undefined ? {} : { returnTo })),
      signOut: () => attempt(() => session.signOut()),
      fetch: (url, init) => attempt(() => session.fetch(url, init)),
    };
  }, [session, status, user, thrown, words]);

  // In the hidden frame of a renewal there is nobody to show anything to.
  return <Context.Provider value={auth}>{status === "silent" ? null : children}</Context.Provider>;
}

/** Who is here, and what can be done about it. */
export function useAuth(): Auth {
  const auth = useContext(Context);
  if (auth === null) throw new Error("useAuth needs an <AuthProvider> above it.");
  return auth;
}
