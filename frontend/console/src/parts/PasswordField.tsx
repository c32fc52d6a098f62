/** A password, which can be shown while it is typed. It is never kept: not in a draft, not after it was sent. */

import { useState } from "react";
import { useWords } from "../words/context";
import { Field } from "./Field";

interface Properties {
  readonly label: string;
  readonly name: string;
  readonly error: string;
  readonly hint?: string;
  readonly value: string;
  readonly autoComplete: "current-password" | "new-password";
  readonly onChange: (value: string) => void;
}

export function PasswordField({ label, name, error, hint, value, autoComplete, onChange }: Properties) {
  const { say } = useWords();
  const [isShown, setShown] = useState(false);
  return (
    <div className="console__password">
      <Field label={label} error={error} hint={hint}>
        {(tied) => (
          <input
            {...tied}
            name={name}
            type={isShown ? "text" : "password"}
            value={value}
            autoComplete={autoComplete}
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            onChange={(event) => onChange(event.target.value)}
          />
        )}
      </Field>
      <label className="console__reveal">
        <input type="checkbox" checked={isShown} onChange={(event) => setShown(event.target.checked)} />
        {say("security.show")} <span className="visually-hidden">({label})</span>
      </label>
    </div>
  );
}
