/** Names, language and time zone. Only what was changed is sent, so that two tabs do not undo each other. */

import { useChange, useTellBrowser } from "../api/queries";
import { useDraft } from "../frame/drafts";
import { usePerson } from "../frame/person";
import { ChoiceField } from "../parts/ChoiceField";
import { TextField } from "../parts/Field";
import { Form } from "../parts/Form";
import { useWords } from "../words/context";
import { languageChoices, zoneChoices } from "./choices";

const NAMES = [
  { name: "given_name", autoComplete: "given-name" },
  { name: "middle_name", autoComplete: "additional-name" },
  { name: "family_name", autoComplete: "family-name" },
] as const;
const LONGEST_NAME = 100;

export function Profile() {
  const { say, language } = useWords();
  const { given_name, middle_name, family_name, locale, zoneinfo } = usePerson();
  const { values, changes, change, forget } = useDraft("profile", { given_name, middle_name, family_name, locale, zoneinfo });
  const save = useChange("PATCH /me", { stale: ["GET /me"], onDone: useTellBrowser() });
  const wrong = (field: string) => save.error?.about(field) ?? "";
  return (
    <Form change={save} submit={say("frame.save")} onSubmit={() => save.mutate({ body: changes }, { onSuccess: forget })}>
      {NAMES.map(({ name, autoComplete }) => (
        <TextField
          key={name}
          name={name}
          label={say(`profile.${name}`)}
          autoComplete={autoComplete}
          maxLength={LONGEST_NAME}
          value={values[name]}
          error={wrong(name)}
          onChange={(value) => change(name, value)}
        />
      ))}
      <ChoiceField
        name="locale"
        label={say("profile.language")}
        choices={[["", say("profile.language_none")], ...languageChoices(locale, language)]}
        value={values.locale}
        error={wrong("locale")}
        onChange={(value) => change("locale", value)}
      />
      <ChoiceField
        name="zoneinfo"
        label={say("profile.zone")}
        choices={[["", say("profile.zone_none")], ...zoneChoices(zoneinfo)]}
        value={values.zoneinfo}
        error={wrong("zoneinfo")}
        onChange={(value) => change("zoneinfo", value)}
      />
    </Form>
  );
}
