import { Button } from "@mantine/core";
import { Link, Outlet, useOutletContext, useParams } from "react-router";
import { useProjectEvents } from "../api/events";
import { isProblem } from "../api/problem";
import type { Project } from "../api/types";
import { useStrings } from "../strings/useStrings";
import { EmptyState } from "../ui/EmptyState";
import { Loading } from "../ui/Loading";
import { ProblemAlert } from "../ui/ProblemAlert";
import { useProject } from "./queries/projects";

/** Loads the project for all pages below it and keeps them live. */
export function ProjectLayout() {
  const { app, ui } = useStrings();
  const id = Number(useParams().projectId);
  const project = useProject(id);
  if (project.data) return <LiveProject project={project.data} />;
  if (project.isPending) return <Loading />;
  if (isProblem(project.error) && project.error.status === 404) {
    return (
      <EmptyState
        title={app.noSuchProject}
        action={
          <Button component={Link} to="/projects">
            {ui.toProjects}
          </Button>
        }
      >
        {app.noSuchProjectWhy}
      </EmptyState>
    );
  }
  return <ProblemAlert error={project.error} onRetry={() => void project.refetch()} />;
}

function LiveProject({ project }: { project: Project }) {
  useProjectEvents(project.id);
  return <Outlet context={project} />;
}

/** The project whose pages are open. */
export function useOpenProject(): Project {
  return useOutletContext<Project>();
}
