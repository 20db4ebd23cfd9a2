import { Button, Group, Text } from "@mantine/core";
import { Link } from "react-router";
import { useStrings } from "../../strings/useStrings";

/** Where to go after an import. */
export function SeePhotos({ projectId }: { projectId: number }) {
  const { imports } = useStrings();
  return (
    <Group gap="sm">
      <Button component={Link} to={`/projects/${projectId}/photos`} size="xs" variant="light">
        {imports.seePhotos}
      </Button>
      <Text size="sm" c="dimmed">
        {imports.pointsFollow}
      </Text>
    </Group>
  );
}
