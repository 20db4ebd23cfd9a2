import { en } from "./en";
import { chooseLanguage, language, type Language } from "./language";

/** Everything that the front end says, by the area that says it. English is the type; no language may lack a string. */
export type Strings = typeof en;

/** English comes with the application, the others when somebody speaks them. */
const LOADERS: Readonly<Record<Exclude<Language, "en">, () => Promise<Strings>>> = {
  zh: async () => (await import("./zh")).zh,
};
const loaded: Partial<Record<Language, Strings>> = { en };

/** The strings of the language that is spoken now. In a component, `useStrings` follows a change. */
export function strings(): Strings {
  return loaded[language()] ?? en;
}

/** Has the strings of `wanted` ready. Rejects where they cannot be fetched. */
export async function loadStrings(wanted: Language): Promise<void> {
  if (wanted !== "en") loaded[wanted] ??= await LOADERS[wanted]();
}

/** Speaks `chosen` from when its strings are there, so that nothing is shown half in one language. Rejects like `loadStrings`. */
export async function speak(chosen: Language): Promise<void> {
  await loadStrings(chosen);
  chooseLanguage(chosen);
}
