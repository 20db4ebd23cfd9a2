import { plural } from "./plural";

/** Sign-in, joining, passwords and API tokens. */
export const account = {
  noAccount: "No account yet? Accounts are made by invitation; ask an admin of your team for a link.",
  invitationUnusable: "This invitation cannot be used",
  haveAccount: "I have an account: sign in",
  join: "Join your team",
  invitedAs: (role: string, projects: readonly string[], until: string) => {
    const where = projects.length > 0 ? ` in ${projects.join(", ")}` : "";
    return `You are invited as ${role}${where}. The link works until ${until}.`;
  },
  enterName: "Enter your name; your team sees it beside your work",
  makeAccount: "Make my account",
  choosePassword: "Choose your password",
  choosePasswordWhy: (name: string) =>
    `Welcome, ${name}. The password that you were given works only this once; choose your own to go on.`,
  givenPassword: "The password you were given",
  signOutInstead: "Sign out instead",
  passwordChangeEffect: "Changing it signs you out on all other devices.",
  passwordChanged: "The password has been changed.",
  currentPassword: "Current password",
  newPassword: "New password",
  newPasswordAgain: "New password again",
  enterCurrentPassword: "Enter the password that you signed in with",
  entriesDiffer: "The two entries differ",
  passwordTooShort: (least: number) => `Use at least ${plural(least, "character")}`,
  changePassword: "Change the password",
  tokens: "API tokens",
  tokensWhat: "A token lets a script act as you. Send it as",
  tokenNameNeeded: "Say what the token is for",
  tokenNameHint: "Where it will be used",
  tokenDays: "Days",
  tokenDaysHint: "Empty: it never expires",
  makeToken: "Make a token",
  theToken: (name: string) => `The token “${name}”`,
  noTokens: "You have no tokens yet.",
  beginsWith: "Begins with",
  lastUsed: "Last used",
  revoke: "Revoke",
  revokeForGood: "Revoke for good",
};
