import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, must } from "../../api/client";
import { keys } from "../../api/keys";
import type { InvitationCreate, UserPatch } from "../../api/types";

export function useUsers(enabled = true) {
  return useQuery({
    queryKey: keys.users,
    queryFn: () => must(api.GET("/api/v1/users")),
    enabled,
  });
}

export function useUpdateUser() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, patch }: { id: number; patch: UserPatch }) =>
      must(api.PATCH("/api/v1/users/{user_id}", { params: { path: { user_id: id } }, body: patch })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.users }),
  });
}

export function useInvitations() {
  return useQuery({ queryKey: keys.invitations, queryFn: () => must(api.GET("/api/v1/invitations")) });
}

export function useInvite() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: InvitationCreate) => must(api.POST("/api/v1/invitations", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.invitations }),
  });
}

export function useRevokeInvitation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) =>
      api.DELETE("/api/v1/invitations/{invitation_id}", { params: { path: { invitation_id: id } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.invitations }),
  });
}

export function useMembers(projectId: number) {
  return useQuery({
    queryKey: keys.members(projectId),
    queryFn: () =>
      must(api.GET("/api/v1/projects/{project_id}/members", { params: { path: { project_id: projectId } } })),
  });
}

/** Adds a user to a project, or takes one out. */
export function useSetMember(projectId: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ userId, member }: { userId: number; member: boolean }) => {
      const params = { path: { project_id: projectId, user_id: userId } };
      return member
        ? api.PUT("/api/v1/projects/{project_id}/members/{user_id}", { params })
        : api.DELETE("/api/v1/projects/{project_id}/members/{user_id}", { params });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.members(projectId) }),
  });
}
