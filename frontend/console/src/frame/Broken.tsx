/** What the error boundary shows. */

import { useWords } from "../words/context";
import { Heading } from "./Heading";

export function Broken({ pages }: { pages: string }) {
  const { say } = useWords();
  return (
    <section className="card console__ended">
      <Heading title={say("frame.broken")} focused>
        {say("frame.broken_text")}
      </Heading>
      <button type="button" className="button" onClick={() => location.reload()}>
        {say("frame.reload")}
      </button>
      <a href={pages}>{say("frame.plain")}</a>
    </section>
  );
}
