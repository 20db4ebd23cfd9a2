import { count } from "../format";

const RULES = new Intl.PluralRules("en");

/** `1 photo`, `2,000 photos`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${RULES.select(value) === "one" ? one : many}`;
}
