/** A form for each kind of address; what was typed outlives a sign-in. */

import type { AddressKind } from "../api/generated/answers";
import type { Change } from "../api/queries";
import { useDraft } from "../frame/drafts";
import { TextField } from "../parts/Field";
import { Form } from "../parts/Form";
import { useWords } from "../words/context";

const KINDS = [
  { kind: "email", inputMode: "email", autoComplete: "email" },
  { kind: "phone_number", inputMode: "tel", autoComplete: "tel" },
] as const satisfies readonly { kind: AddressKind; inputMode: "email" | "tel"; autoComplete: string }[];

type Ask = Change<"PUT /addresses/new">;

export function NewAddress({ ask }: { ask: Ask }) {
  return KINDS.map((kind) => <OneKind key={kind.kind} {...kind} ask={ask} />);
}

function OneKind({ kind, inputMode, autoComplete, ask }: (typeof KINDS)[number] & { ask: Ask }) {
  const { say } = useWords();
  const { values, change, forget } = useDraft(`address ${kind}`, { address: "" });
  const isMeant = ask.variables?.body?.kind === kind;
  return (
    <Form
      change={ask}
      submit={say(`addresses.change_${kind}`)}
      onSubmit={() => ask.mutate({ body: { kind, address: values.address } }, { onSuccess: forget })}
      toldElsewhere
      secondary
    >
      <TextField
        name={kind}
        label={say(`addresses.new_${kind}`)}
        inputMode={inputMode}
        autoComplete={autoComplete}
        value={values.address}
        error={(isMeant && ask.error?.about("address")) || ""}
        onChange={(value) => change("address", value)}
      />
    </Form>
  );
}
