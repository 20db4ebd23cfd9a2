import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, must } from "../../api/client";
import { keys } from "../../api/keys";
import { sessionQuery } from "../../api/session";

export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { current_password: string; new_password: string }) => api.POST("/api/v1/password", { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  });
}

export function useTokens() {
  return useQuery({ queryKey: keys.tokens, queryFn: () => must(api.GET("/api/v1/tokens")) });
}

export function useCreateToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { name: string; expires_in_days: number | null }) => must(api.POST("/api/v1/tokens", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.tokens }),
  });
}

export function useRevokeToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => api.DELETE("/api/v1/tokens/{token_id}", { params: { path: { token_id: id } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.tokens }),
  });
}
