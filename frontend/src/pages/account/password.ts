import { strings } from "../../strings/strings";

/** The shortest password that the server takes. */
export const PASSWORD_LENGTH = 10;

/** What is wrong with a new password, or null. */
export function passwordProblem(value: string): string | null {
  return value.length >= PASSWORD_LENGTH ? null : strings().account.passwordTooShort(PASSWORD_LENGTH);
}
