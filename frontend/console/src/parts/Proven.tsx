/** What needs a fresh sign-in: there while the sign-in is fresh, else why not and the way to a fresh one, which leads back here. */

import type { ReactNode } from "react";
import { useRead } from "../api/queries";
import { keepDrafts } from "../frame/drafts";
import { usePage } from "../frame/page";
import { freshAt } from "../frame/signIn";
import { useWords } from "../words/context";
import { Loaded } from "./Loaded";

export function Proven({ children }: { children: ReactNode }) {
  const { say } = useWords();
  const { entrance } = usePage();
  const proof = useRead("GET /proof");
  return (
    <Loaded query={proof}>
      {({ fresh_until }) =>
        fresh_until ? (
          children
        ) : (
          <div className="console__proof">
            <p className="console__text">{say("frame.proof")}</p>
            <a className="button" href={freshAt(entrance)} onClick={keepDrafts}>
              {say("frame.sign_in_again")}
            </a>
          </div>
        )
      }
    </Loaded>
  );
}
