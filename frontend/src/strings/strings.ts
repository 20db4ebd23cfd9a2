import { en } from "./en";
import { language, type Language } from "./language";
import { zh } from "./zh";

/** Everything that the front end says, by the area that says it. English is the type; no language may lack a string. */
export type Strings = typeof en;

const BY_LANGUAGE: Readonly<Record<Language, Strings>> = { en, zh };

/** The strings of the language that is spoken now. In a component, `useStrings` follows a change. */
export function strings(): Strings {
  return BY_LANGUAGE[language()];
}
