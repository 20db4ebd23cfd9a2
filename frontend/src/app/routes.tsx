import type { ComponentType } from "react";
import { createBrowserRouter, Navigate, type RouteObject } from "react-router";
import { Loading } from "../ui/Loading";
import { RequireSession } from "./RequireSession";
import { RouteError } from "./RouteError";

/** A route whose page is fetched when it is first opened. */
function page(path: string, load: () => Promise<{ default: ComponentType }>): RouteObject {
  return { path, lazy: async () => ({ Component: (await load()).default }) };
}

export const router = createBrowserRouter([
  {
    HydrateFallback: Loading,
    ErrorBoundary: RouteError,
    children: [
      page("/login", () => import("../pages/account/LoginPage")),
      page("/join/:token", () => import("../pages/account/JoinPage")),
      {
        Component: RequireSession,
        children: [
          page("/password", () => import("../pages/account/FirstPasswordPage")),
          // The editor and the review fill the window: they stand outside the shell.
          page("/projects/:projectId/annotate", () => import("../pages/annotate/AnnotatePage")),
          page("/projects/:projectId/tasks/:taskId", () => import("../pages/annotate/AnnotatePage")),
          page("/projects/:projectId/review", () => import("../pages/review/ReviewPage")),
          page("/tour", () => import("../pages/tour/TourPage")),
          {
            lazy: async () => ({ Component: (await import("./AppShell")).AppShell }),
            children: [
              { path: "/", element: <Navigate to="/projects" replace /> },
              page("/projects", () => import("../pages/projects/ProjectsPage")),
              page("/members", () => import("../pages/members/UsersPage")),
              page("/account", () => import("../pages/account/AccountPage")),
              {
                path: "/projects/:projectId",
                lazy: async () => ({ Component: (await import("./ProjectLayout")).ProjectLayout }),
                children: [
                  page("", () => import("../pages/overview/OverviewPage")),
                  page("photos", () => import("../pages/photos/PhotosPage")),
                  page("import", () => import("../pages/import/ImportPage")),
                  page("models", () => import("../pages/models/ModelsPage")),
                  page("snapshots", () => import("../pages/snapshots/SnapshotsPage")),
                  page("jobs", () => import("../pages/jobs/JobsPage")),
                  page("members", () => import("../pages/members/ProjectMembersPage")),
                  page("settings", () => import("../pages/settings/SettingsPage")),
                ],
              },
            ],
          },
        ],
      },
      page("*", () => import("../pages/NotFoundPage")),
    ],
  },
]);
