/** A new password, for whoever has just proven who they are. The present one is asked where there is one. */

import { useState } from "react";
import { useChange, useRead } from "../api/queries";
import { usePerson } from "../frame/person";
import { Form } from "../parts/Form";
import { PasswordField } from "../parts/PasswordField";
import { Proven } from "../parts/Proven";
import { useWords } from "../words/context";
import { Strength } from "./Strength";

const EMPTY = { current: "", next: "" };

export function Password() {
  return (
    <Proven>
      <PasswordForm />
    </Proven>
  );
}

function PasswordForm() {
  const { say } = useWords();
  const account = usePerson();
  const hasPassword = useRead("GET /proof").data?.has_password ?? true;
  const [{ current, next }, set] = useState(EMPTY);
  const replace = useChange("PUT /password", { stale: ["GET /proof", "GET /sessions", "GET /devices"] });
  const send = () => {
    const body = { new_password: next, ...(hasPassword ? { current_password: current } : {}) };
    replace.mutate({ body }, { onSuccess: () => set(EMPTY) });
  };
  return (
    <Form change={replace} submit={say("security.change")} onSubmit={send}>
      {/* For password managers, which file a password under the user name beside it. */}
      <input
        type="text"
        className="visually-hidden"
        autoComplete="username"
        value={account.email ?? account.phone_number ?? ""}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      {hasPassword ? (
        <PasswordField
          name="current_password"
          label={say("security.current")}
          autoComplete="current-password"
          value={current}
          error={replace.error?.about("current_password") ?? ""}
          onChange={(value) => set({ next, current: value })}
        />
      ) : null}
      <PasswordField
        name="new_password"
        label={say("security.new")}
        hint={say("security.new_hint")}
        autoComplete="new-password"
        value={next}
        error={replace.error?.about("new_password") ?? ""}
        onChange={(value) => set({ current, next: value })}
      />
      <Strength password={next} />
      <p className="console__text">{say("security.elsewhere")}</p>
    </Form>
  );
}
