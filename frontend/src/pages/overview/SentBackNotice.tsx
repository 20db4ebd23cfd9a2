import { Alert, Button, Group, Text } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { Link } from "react-router";
import { useSentBack } from "../../app/queries/sentBack";
import { useStrings } from "../../strings/useStrings";

/** Tells whoever labelled photos that so many came back from the review, and what is to be changed in the first one. */
export function SentBackNotice({ projectId, count }: { projectId: number; count: number }) {
  const { projects } = useStrings();
  // A notice alone: where it cannot be had, the queue still gives the photo.
  const { data: found } = useSentBack(projectId);
  if (!found) return null;
  return (
    <Alert
      color="orange"
      icon={<IconArrowBackUp aria-hidden />}
      title={projects.sentBack(found.photo, Math.max(count - 1, 0))}
      data-testid="sent-back"
    >
      <Group justify="space-between" align="center" wrap="nowrap">
        <Text size="sm" lineClamp={3}>
          {found.comments.join(" · ")}
        </Text>
        <Button
          component={Link}
          // Where the queue gives it first, it is open for editing at once.
          to={`/projects/${projectId}/${found.waits ? `tasks/${found.taskId}` : "annotate"}`}
          size="xs"
          variant="default"
          style={{ flexShrink: 0 }}
        >
          {projects.openIt}
        </Button>
      </Group>
    </Alert>
  );
}
