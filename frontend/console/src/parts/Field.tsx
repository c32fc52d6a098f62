/** A labelled field with its hint and what is wrong with it, linked for assistive technology (WCAG 2.2, 1.3.1, 3.3.1). */

import { type InputHTMLAttributes, type ReactNode, useId } from "react";

interface Properties {
  readonly label: string;
  readonly error: string;
  readonly hint?: string | undefined;
  /** Given the attributes that tie the control to label, hint and error. */
  readonly children: (tied: Tied) => ReactNode;
}

export interface Tied {
  readonly id: string;
  readonly className: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": true | undefined;
}

export function Field({ label, error, hint, children }: Properties) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label className="field__label" htmlFor={id}>
        {label}
      </label>
      {children({
        id,
        className: "field__input",
        "aria-describedby": described || undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {hint ? (
        <p className="console__hint" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
      {error ? (
        <p className="field__error" id={`${id}-error`}>
          {error}
        </p>
      ) : null}
    </div>
  );
}

interface TextProperties extends Omit<InputHTMLAttributes<HTMLInputElement>, "onChange"> {
  readonly label: string;
  readonly error: string;
  readonly hint?: string;
  readonly onChange: (value: string) => void;
}

/** One line of text. */
export function TextField({ label, error, hint, onChange, ...input }: TextProperties) {
  return (
    <Field label={label} error={error} hint={hint}>
      {(tied) => (
        <input
          type="text"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          {...input}
          {...tied}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
