/** What is read, in each of its states: on its way, refused with a way to try again, there, and there but perhaps out of date. */

import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Refusal } from "../api/refusal";
import { useWords } from "../words/context";
import { Refused } from "./Refused";

export function Loaded<Data>({ query, children }: { query: UseQueryResult<Data>; children: (data: Data) => ReactNode }) {
  const { say } = useWords();
  // What was read before stays beside the sentence that it could not be read again: nothing typed in it is lost.
  if (query.data !== undefined) {
    return (
      <>
        {query.error ? <Failed query={query} refusal={query.error} hint={say("frame.stale")} /> : null}
        {children(query.data)}
      </>
    );
  }
  if (query.isPending) {
    return (
      <p className="console__loading" role="status">
        {say("frame.loading")}
      </p>
    );
  }
  return <Failed query={query} refusal={query.error} />;
}

interface Properties {
  readonly query: UseQueryResult<unknown>;
  readonly refusal: Refusal | null;
  readonly hint?: string;
}

function Failed({ query, refusal, hint }: Properties) {
  const { say } = useWords();
  return (
    <div className="console__failed">
      {refusal ? <Refused refusal={refusal} /> : null}
      {hint ? <p className="console__text">{hint}</p> : null}
      <button type="button" className="button button--secondary" disabled={query.isFetching} onClick={() => void query.refetch()}>
        {say("frame.again")}
      </button>
    </div>
  );
}
