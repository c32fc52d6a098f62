/**
 * How good a new password is, as the server judges it, a moment after typing stops. Scored there, the console carries no word lists
 * and says what the form will say. Where nobody answers nothing is said: the form tells when it is sent.
 */

import { useEffect, useState } from "react";
import { usePage } from "../frame/page";
import { useWords } from "../words/context";

const PAUSE_MS = 400;

interface Judgement {
  readonly message: string;
  readonly data: { readonly acceptable: boolean };
}

/** Null until there is something to say about this very password. */
function useJudgement(password: string): Judgement | null {
  const { csrf, strength } = usePage();
  const { language } = useWords();
  const [judged, set] = useState<(Judgement & { password: string }) | null>(null);
  useEffect(() => {
    if (!password) return;
    // What is typed next ends the question.
    const question = new AbortController();
    const ask = async () => {
      const answer = await fetch(strength, {
        method: "POST",
        headers: { "Accept-Language": language, "X-CSRFToken": csrf },
        credentials: "same-origin",
        cache: "no-store",
        body: new URLSearchParams({ password }),
        signal: question.signal,
      });
      if (answer.ok) set({ ...((await answer.json()) as Judgement), password });
    };
    const timer = setTimeout(() => ask().catch(() => undefined), PAUSE_MS);
    return () => {
      clearTimeout(timer);
      question.abort();
    };
  }, [password, csrf, strength, language]);
  return judged?.password === password ? judged : null;
}

export function Strength({ password }: { password: string }) {
  const judgement = useJudgement(password);
  return (
    <p className="console__strength" role="status" data-acceptable={judgement?.data.acceptable}>
      {judgement?.message}
    </p>
  );
}
