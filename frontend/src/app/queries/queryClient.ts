import { QueryClient } from "@tanstack/react-query";
import { isTransient } from "../../api/problem";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A refusal stays a refusal; only what time may heal is tried again.
      retry: (failures, error) => isTransient(error) && failures < 2,
    },
    mutations: { retry: false },
  },
});
