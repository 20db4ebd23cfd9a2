import { queryOptions, useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { createContext, use } from "react";
import { api, must, setCsrfToken } from "./client";
import { signInGate } from "./signInGate";
import type { Role, Session, SessionUser } from "./types";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async () => {
    const session = await must(api.GET("/api/v1/session"));
    setCsrfToken(session.csrf_token);
    return session;
  },
  staleTime: 5 * 60_000,
});

/** Takes over the session that a sign-in or an accepted invitation answered with. */
export function adoptSession(client: QueryClient, session: Session): void {
  setCsrfToken(session.csrf_token);
  const before = client.getQueryData(sessionQuery.queryKey)?.user;
  client.setQueryData(sessionQuery.queryKey, session);
  // Answers that another account was given must not be shown to this one.
  if (before && before.id !== session.user?.id) {
    client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
  }
  signInGate.opened();
  void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "session" });
}

/** The session as the server knows it; looked at anew whenever the tab comes to the front. */
export function useSession() {
  return useQuery({ ...sessionQuery, refetchOnWindowFocus: "always" });
}

/** Whoever signed in last. It outlives an expired session, because the page that was open then stays mounted. */
export const UserContext = createContext<SessionUser | null>(null);

/** The signed-in user. Only for components under a route that requires a session. */
export function useUser(): SessionUser {
  const user = use(UserContext);
  if (user === null) throw new Error("useUser needs a route that requires a session");
  return user;
}

const RANK: Readonly<Record<Role, number>> = { annotator: 0, reviewer: 1, admin: 2 };

/** Whether a role may do what `needed` may do: admin > reviewer > annotator. */
export function atLeast(role: Role, needed: Role): boolean {
  return RANK[role] >= RANK[needed];
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { email: string; password: string }) => must(api.POST("/api/v1/session", { body })),
    onSuccess: (session) => adoptSession(client, session),
  });
}

export function useSignOut() {
  return useMutation({
    mutationFn: () => api.DELETE("/api/v1/session"),
    // A fresh document is the surest way to leave nothing of this account in memory.
    onSuccess: () => window.location.assign("/login"),
  });
}
