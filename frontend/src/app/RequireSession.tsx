import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { UserContext, useSession } from "../api/session";
import { signInGate } from "../api/signInGate";
import type { SessionUser } from "../api/types";
import { Loading } from "../ui/Loading";
import { ProblemAlert } from "../ui/ProblemAlert";
import { useOnDemand } from "../ui/useOnDemand";
import { withReturn } from "./returning";

const signInDialog = () => import("./SignInDialog");

/**
 * The gate around all pages of a signed-in user.
 *
 * Nobody signed in at the first look goes to the sign-in page. A session that ends later opens a dialog instead, over
 * a page that stays mounted, so that nothing unsaved is lost.
 */
export function RequireSession() {
  const session = useSession();
  const client = useQueryClient();
  const location = useLocation();
  const signInAsked = useSyncExternalStore(signInGate.subscribe, signInGate.isRequired);
  const user = session.data?.user ?? null;
  const [known, setKnown] = useState<SessionUser | null>(user);
  if (user !== null && user !== known) setKnown(user);

  // The server decides whether the session has ended: another tab may have signed in again meanwhile.
  const { refetch } = session;
  useEffect(() => {
    if (!signInAsked) return;
    void refetch().then((answer) => {
      if (answer.data?.user) signInGate.opened();
    });
  }, [refetch, signInAsked]);
  const ended = known !== null && session.data?.user === null;
  const dialog = useOnDemand(ended, signInDialog);
  useEffect(() => {
    if (ended) {
      signInGate.require();
    } else if (user !== null && signInGate.isRequired()) {
      signInGate.opened();
      void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "session" });
    }
  }, [client, ended, user]);

  if (known === null) {
    if (session.isPending) return <Loading />;
    if (session.error) return <ProblemAlert error={session.error} onRetry={() => void session.refetch()} />;
    return <Navigate to={withReturn("/login", location.pathname + location.search)} replace />;
  }
  if (known.must_change_password && location.pathname !== "/password") return <Navigate to="/password" replace />;
  return (
    <UserContext value={known}>
      <Outlet />
      {dialog && <dialog.SignInDialog opened={ended} email={known.email} />}
    </UserContext>
  );
}
