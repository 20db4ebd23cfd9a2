import type { Role } from "../../api/types";
import type { Strings } from "../../strings/strings";

const ROLES: readonly Role[] = ["annotator", "reviewer", "admin"];

/** The roles for a list to choose from, from the one that may do least. */
export function roleOptions(members: Strings["members"]): { value: Role; label: string }[] {
  return ROLES.map((value) => ({ value, label: members.roleOptions[value] }));
}
