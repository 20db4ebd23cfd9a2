import { Button, Container, Group } from "@mantine/core";
import { isRouteErrorResponse, useRouteError } from "react-router";
import { ApiProblem } from "../api/problem";
import { ProblemAlert } from "../ui/ProblemAlert";

/** What is shown when a page itself fails: it says so, and offers the ways out. */
export function RouteError() {
  const thrown = useRouteError();
  const error = isRouteErrorResponse(thrown)
    ? new ApiProblem(thrown.status, "route", thrown.statusText, "This page cannot be shown.")
    : isMissingChunk(thrown)
      ? new Error("This page could not be fetched: the connection failed, or Facet has been updated. Reload to go on.")
      : thrown;
  return (
    <Container size="xs" py={64}>
      <ProblemAlert error={error} />
      <Group mt="md">
        <Button onClick={() => window.location.reload()}>Reload</Button>
        <Button variant="default" component="a" href="/projects">
          To the projects
        </Button>
      </Group>
    </Container>
  );
}

/** Browsers word a failed dynamic import each in their own way, but all as a TypeError about a module. */
function isMissingChunk(error: unknown): boolean {
  return error instanceof TypeError && /module|import/i.test(error.message);
}
