import { Button, Group, Text } from "@mantine/core";
import { Link } from "react-router";

/** Where to go after an import. */
export function SeePhotos({ projectId }: { projectId: number }) {
  return (
    <Group gap="sm">
      <Button component={Link} to={`/projects/${projectId}/photos`} size="xs" variant="light">
        See the photos
      </Button>
      <Text size="sm" c="dimmed">
        Each gets its first points by itself; then it is ready to be annotated.
      </Text>
    </Group>
  );
}
