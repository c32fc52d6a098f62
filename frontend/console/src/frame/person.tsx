/** Whose console this is: read once before anything else, because language and dates depend on it. */

import { createContext, type ReactNode, useContext, useState } from "react";
import type { Account } from "../api/generated/answers";
import { useRead } from "../api/queries";
import { Loaded } from "../parts/Loaded";
import { Speaking, useWords } from "../words/context";
import { languageOf } from "../words/languages";
import { takeDrafts } from "./drafts";

const Context = createContext<Account | null>(null);

export function PersonProvider({ children }: { children: ReactNode }) {
  const me = useRead("GET /me");
  return <Loaded query={me}>{(account) => <Known account={account}>{children}</Known>}</Loaded>;
}

/** The account's language, or the page's where the account has none. */
function Known({ account, children }: { account: Account; children: ReactNode }) {
  const { language } = useWords();
  // Before the first form is drawn, so that it shows what was typed before the sign-in.
  useState(() => takeDrafts(account.sub));
  return (
    <Context value={account}>
      <Speaking language={languageOf(account.locale, language)} zone={account.zoneinfo}>
        {children}
      </Speaking>
    </Context>
  );
}

export function usePerson(): Account {
  const account = useContext(Context);
  if (!account) throw new Error("nobody here");
  return account;
}
