import { useSyncExternalStore } from "react";
import { subscribeLanguage } from "./language";
import { strings, type Strings } from "./strings";

/** The strings of the language that is spoken; the component renders anew when another one is chosen. */
export function useStrings(): Strings {
  return useSyncExternalStore(subscribeLanguage, strings);
}
