/** All cache keys. Everything of a project lies under ["project", id], so that one call refreshes it whole. */
export const keys = {
  projects: ["projects"] as const,
  users: ["users"] as const,
  invitations: ["invitations"] as const,
  tokens: ["tokens"] as const,
  project: (id: number) => ["project", id] as const,
  detail: (id: number) => ["project", id, "detail"] as const,
  insights: (id: number) => ["project", id, "insights"] as const,
  photos: (id: number) => ["project", id, "photos"] as const,
  imports: (id: number) => ["project", id, "imports"] as const,
  import: (id: number, importId: number) => ["project", id, "imports", importId] as const,
  models: (id: number) => ["project", id, "models"] as const,
  baselines: (id: number) => ["project", id, "baselines"] as const,
  snapshots: (id: number) => ["project", id, "snapshots"] as const,
  jobs: (id: number) => ["project", id, "jobs"] as const,
  members: (id: number) => ["project", id, "members"] as const,
  task: (id: number, taskId: number) => ["project", id, "task", taskId] as const,
};
