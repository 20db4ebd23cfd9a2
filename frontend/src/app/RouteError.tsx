import { Button, Container, Group } from "@mantine/core";
import { useStrings } from "../strings/useStrings";
import { ProblemAlert } from "../ui/ProblemAlert";

/** What is shown when a page itself fails: it says so, and offers the ways out. */
export function RouteError({ thrown }: { thrown: unknown }) {
  const { app, ui } = useStrings();
  const error = isMissingChunk(thrown) ? new Error(app.cannotBeFetched) : thrown;
  return (
    <Container size="xs" py={64}>
      <ProblemAlert error={error} />
      <Group mt="md">
        <Button onClick={() => window.location.reload()}>{app.reload}</Button>
        <Button variant="default" component="a" href="/projects">
          {ui.toProjects}
        </Button>
      </Group>
    </Container>
  );
}

/** Browsers word a failed dynamic import each in their own way, but all as a TypeError about a module. */
function isMissingChunk(error: unknown): boolean {
  return error instanceof TypeError && /module|import/i.test(error.message);
}
