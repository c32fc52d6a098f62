/** The code that proves the new address, or the old one after all. */

import { useState } from "react";
import type { Change } from "../api/queries";
import { Act } from "../parts/Act";
import { TextField } from "../parts/Field";
import { Form } from "../parts/Form";
import { useWords } from "../words/context";

interface Properties {
  readonly address: string;
  readonly confirm: Change<"POST /addresses/new/code">;
  readonly keep: Change<"DELETE /addresses/new">;
}

export function PendingAddress({ address, confirm, keep }: Properties) {
  const { say } = useWords();
  const [code, setCode] = useState("");
  return (
    <>
      <p className="console__text">{say("addresses.pending", { address })}</p>
      <Form change={confirm} submit={say("addresses.confirm")} onSubmit={() => confirm.mutate({ body: { code } })} toldElsewhere>
        <TextField
          name="code"
          label={say("addresses.code")}
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          error={confirm.error?.about("code") ?? ""}
          onChange={setCode}
        />
      </Form>
      <Act onAct={() => keep.mutate({})} isBusy={keep.isPending}>
        {say("addresses.keep")}
      </Act>
    </>
  );
}
