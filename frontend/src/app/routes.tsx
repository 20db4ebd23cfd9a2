import { type ComponentType, type ReactElement, Suspense } from "react";
import { BrowserRouter, createRoutesFromElements, matchRoutes, Navigate, Route, useRoutes } from "react-router";
import { Loading } from "../ui/Loading";
import { onDemand } from "./onDemand";
import { PageBoundary } from "./PageBoundary";
import { RequireSession } from "./RequireSession";

/** A page that is fetched when it is first opened. The one before goes on showing until then. */
function page(path: string, load: () => Promise<{ default: ComponentType }>): ReactElement {
  const { Component, fetch } = onDemand(load);
  return <Route path={path} element={<Component />} handle={fetch} />;
}

const shell = onDemand(async () => ({ default: (await import("./AppShell")).AppShell }));
const project = onDemand(async () => ({ default: (await import("./ProjectLayout")).ProjectLayout }));

const ROUTES = createRoutesFromElements(
  <>
    {page("/login", () => import("../pages/account/LoginPage"))}
    {page("/join/:token", () => import("../pages/account/JoinPage"))}
    <Route element={<RequireSession />}>
      {page("/password", () => import("../pages/account/FirstPasswordPage"))}
      {/* The editor and the review fill the window: they stand outside the shell. */}
      {page("/projects/:projectId/annotate", () => import("../pages/annotate/AnnotatePage"))}
      {page("/projects/:projectId/tasks/:taskId", () => import("../pages/annotate/AnnotatePage"))}
      {page("/projects/:projectId/review", () => import("../pages/review/ReviewPage"))}
      {page("/tour", () => import("../pages/tour/TourPage"))}
      <Route element={<shell.Component />} handle={shell.fetch}>
        <Route path="/" element={<Navigate to="/projects" replace />} />
        {page("/projects", () => import("../pages/projects/ProjectsPage"))}
        {page("/members", () => import("../pages/members/UsersPage"))}
        {page("/account", () => import("../pages/account/AccountPage"))}
        <Route path="/projects/:projectId" element={<project.Component />} handle={project.fetch}>
          {page("", () => import("../pages/overview/OverviewPage"))}
          {page("photos", () => import("../pages/photos/PhotosPage"))}
          {page("import", () => import("../pages/import/ImportPage"))}
          {page("models", () => import("../pages/models/ModelsPage"))}
          {page("snapshots", () => import("../pages/snapshots/SnapshotsPage"))}
          {page("jobs", () => import("../pages/jobs/JobsPage"))}
          {page("members", () => import("../pages/members/ProjectMembersPage"))}
          {page("settings", () => import("../pages/settings/SettingsPage"))}
        </Route>
      </Route>
    </Route>
    {page("*", () => import("../pages/NotFoundPage"))}
  </>,
);

/** Fetches what the address will show, so that the first look at it is not at a placeholder. Rejects where it is not to be had. */
export async function fetchPage(pathname: string): Promise<void> {
  const matches = matchRoutes(ROUTES, pathname) ?? [];
  await Promise.all(
    matches.map(async ({ route }) => {
      await (route.handle as (() => Promise<void>) | undefined)?.();
    }),
  );
}

function Page() {
  return useRoutes(ROUTES);
}

/** The pages by their addresses. The router is the plain one: no page loads its data through it, and it is half as large. */
export function Pages() {
  return (
    <BrowserRouter>
      <PageBoundary>
        <Suspense fallback={<Loading />}>
          <Page />
        </Suspense>
      </PageBoundary>
    </BrowserRouter>
  );
}
