import type { ReactNode } from "react";
import { atLeast, useUser } from "../api/session";
import type { Role } from "../api/types";
import { useStrings } from "../strings/useStrings";
import { EmptyState } from "./EmptyState";
import { Page } from "./Page";

interface ForRoleProps {
  needs: Exclude<Role, "annotator">;
  /** The page's title, for those who may not see the page itself. */
  title: string;
  /** What they can do instead. */
  instead: string;
  /** Puts what they learn into another frame than a page's. */
  frame?: (told: ReactNode) => ReactNode;
  /** Not mounted for them, so that nothing is asked that the server refuses. */
  children: ReactNode;
}

/** A page for those of a role and above; others learn for whom it is. Most come by an address that somebody sent them. */
export function ForRole({
  needs,
  title,
  instead,
  frame = (told) => <Page title={title}>{told}</Page>,
  children,
}: ForRoleProps) {
  const { ui } = useStrings();
  if (atLeast(useUser().role, needs)) return children;
  return frame(<EmptyState title={ui.only[needs]}>{instead}</EmptyState>);
}
