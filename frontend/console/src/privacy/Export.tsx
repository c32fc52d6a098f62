/** Everything held about the person as a file. It comes in one answer and is handed to the browser as it is; nothing keeps it. */

import { useChange } from "../api/queries";
import { Act } from "../parts/Act";
import { Proven } from "../parts/Proven";
import { Result } from "../parts/Result";
import { useWords } from "../words/context";

export function Export() {
  const { say } = useWords();
  return (
    <>
      <p className="console__text">{say("privacy.export_text")}</p>
      <Proven>
        <Download />
      </Proven>
    </>
  );
}

function Download() {
  const { say } = useWords();
  const take = useChange("POST /privacy/export", { onDone: ({ data }) => save(data, say("privacy.export_file")) });
  return (
    <>
      <Result of={take} />
      <Act isBusy={take.isPending} onAct={() => take.mutate({})}>
        {say("privacy.export_act")}
      </Act>
    </>
  );
}

/** As a download under this name. */
function save(data: unknown, name: string): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
