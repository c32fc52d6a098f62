/** Every sentence of this package in each of the provider's languages: of what went wrong, with its status, and of what did not. */

export const FAILURES = {
  // The sign-in
  access_denied: [
    403,
    "You chose not to share your account, so you are not signed in. You can sign in whenever you like.",
    "Vous avez choisi de ne pas partager votre compte : vous n’êtes donc pas connecté. Vous pouvez vous connecter quand vous voulez.",
  ],
  sign_in_refused: [
    400,
    "Fashionistar sign-in could not finish this. Please start again.",
    "La connexion Fashionistar n’a pas pu aboutir. Veuillez recommencer.",
  ],
  sign_in_lost: [
    400,
    "This sign-in was not started in this browser, took too long, or was finished already. Please start again.",
    "Cette connexion n’a pas été commencée dans ce navigateur, a pris trop de temps ou est déjà terminée. Veuillez recommencer.",
  ],
  provider_away: [
    503,
    "Fashionistar sign-in does not answer right now. Please try again in a few seconds.",
    "La connexion Fashionistar ne répond pas en ce moment. Veuillez réessayer dans quelques secondes.",
  ],
  // The session
  not_signed_in: [
    401,
    "You are not signed in. Please sign in to go on.",
    "Vous n’êtes pas connecté. Veuillez vous connecter pour continuer.",
  ],
  session_over: [401, "Your sign-in has ended. Please sign in again.", "Votre connexion a pris fin. Veuillez vous reconnecter."],
  session_too_large: [
    500,
    "Your sign-in could not be kept. Please contact support.",
    "Votre connexion n’a pas pu être conservée. Veuillez contacter l’assistance.",
  ],
  store_away: [
    503,
    "Your sign-in cannot be checked right now. Please try again in a few seconds.",
    "Votre connexion ne peut pas être vérifiée en ce moment. Veuillez réessayer dans quelques secondes.",
  ],
  cross_site: [
    403,
    "This request did not come from our own pages, so nothing was done.",
    "Cette demande ne vient pas de nos propres pages : rien n’a été fait.",
  ],
  // The backend
  no_backend: [404, "There is nothing at this address.", "Il n’y a rien à cette adresse."],
  backend_away: [
    503,
    "The shop does not answer right now. Please try again in a few seconds.",
    "La boutique ne répond pas en ce moment. Veuillez réessayer dans quelques secondes.",
  ],
  backend_moved: [
    502,
    "The shop sent an answer that cannot be used. Please try again later.",
    "La boutique a envoyé une réponse inutilisable. Veuillez réessayer plus tard.",
  ],
  // Logout notices (OpenID Connect Back-Channel Logout 1.0, 2.8)
  invalid_request: [
    400,
    "This is not a logout token for this application.",
    "Ceci n’est pas un jeton de déconnexion pour cette application.",
  ],
  unexpected: [
    500,
    "Something went wrong on our side. Please try again; if it persists, send us the reference.",
    "Quelque chose s’est mal passé de notre côté. Veuillez réessayer ; si cela persiste, envoyez-nous la référence.",
  ],
} as const satisfies Record<string, readonly [number, string, string]>;

export const SUCCESSES = {
  signed_in: ["You are signed in.", "Vous êtes connecté."],
  signed_out: ["You are not signed in.", "Vous n’êtes pas connecté."],
  session_over: ["Your sign-in has ended. Please sign in again.", "Votre connexion a pris fin. Veuillez vous reconnecter."],
  socket_ticket: ["You can open the live connection now.", "Vous pouvez ouvrir la connexion en direct maintenant."],
} as const satisfies Record<string, readonly [string, string]>;

export type FailureCode = keyof typeof FAILURES;
export type SuccessCode = keyof typeof SUCCESSES;
export type Language = "en" | "fr";

/** The other words of the page that says it. */
export const PAGE = {
  en: { title: "Fashionistar sign-in", again: "Sign in", home: "To the start page", reference: "Reference:" },
  fr: { title: "Connexion Fashionistar", again: "Se connecter", home: "Page d’accueil", reference: "Référence :" },
} as const satisfies Record<Language, Record<string, string>>;

/** The sentence of a failure. */
export function sentence(code: FailureCode, language: Language): string {
  const [, english, french] = FAILURES[code];
  return language === "fr" ? french : english;
}

/** The language of ours that the browser likes best (RFC 9110, 12.5.4); English where it names none. */
export function languageOf(headers: Headers): Language {
  const liked = { en: 0, fr: 0 };
  for (const range of (headers.get("Accept-Language") ?? "").split(",")) {
    const [tag = "", ...parameters] = range
      .toLowerCase()
      .split(";")
      .map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
    const [language] = tag.split("-");
    if (language === "en" || language === "fr") liked[language] = Math.max(liked[language], Number(weight) || 0);
  }
  return liked.fr > liked.en ? "fr" : "en";
}
