import type { Role } from "../../api/types";

export const ROLES: readonly { value: Role; label: string; does: string }[] = [
  { value: "annotator", label: "Annotator", does: "labels the photos of the projects that they are a member of" },
  { value: "reviewer", label: "Reviewer", does: "labels, and approves or rejects the labels of others" },
  { value: "admin", label: "Admin", does: "imports photos, invites people, trains models and changes settings" },
];

export const ROLE_OPTIONS = ROLES.map(({ value, label }) => ({ value, label }));
