/** What is read, in each of its states: on its way, refused with a way to try again, there. */

import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useWords } from "../words/context";
import { Refused } from "./Refused";

export function Loaded<Data>({ query, children }: { query: UseQueryResult<Data>; children: (data: Data) => ReactNode }) {
  const { say } = useWords();
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) {
    return (
      <p className="console__loading" role="status">
        {say("frame.loading")}
      </p>
    );
  }
  return (
    <div className="console__failed">
      {query.error ? <Refused refusal={query.error} /> : null}
      <button type="button" className="button button--secondary" disabled={query.isFetching} onClick={() => void query.refetch()}>
        {say("frame.again")}
      </button>
    </div>
  );
}
