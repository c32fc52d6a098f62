/** A field that takes one value of a list. */

import { Field } from "./Field";

interface Properties {
  readonly label: string;
  readonly error: string;
  readonly name: string;
  readonly value: string;
  /** Values with their words, in order. */
  readonly choices: readonly (readonly [value: string, words: string])[];
  readonly onChange: (value: string) => void;
}

export function ChoiceField({ label, error, name, value, choices, onChange }: Properties) {
  return (
    <Field label={label} error={error}>
      {(tied) => (
        <select {...tied} name={name} value={value} onChange={(event) => onChange(event.target.value)}>
          {choices.map(([one, words]) => (
            <option key={one} value={one}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
