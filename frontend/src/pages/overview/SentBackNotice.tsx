import { Alert, Button, Group, Text } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { Link } from "react-router";
import type { Insights } from "../../api/types";
import { useStrings } from "../../strings/useStrings";

interface SentBackNoticeProps {
  projectId: number;
  mine: Insights["mine"];
}

/** Tells whoever labelled photos that so many came back from the review, and what is to be changed in the first one. */
export function SentBackNotice({ projectId, mine }: SentBackNoticeProps) {
  const { projects } = useStrings();
  const { first_sent_back: first, sent_back: all, begun } = mine;
  if (first === null) return null;
  return (
    <Alert
      color="orange"
      icon={<IconArrowBackUp aria-hidden />}
      title={projects.sentBack(first.photo, all - 1)}
      data-testid="sent-back"
    >
      <Group justify="space-between" align="center" wrap="nowrap">
        <Text size="sm" lineClamp={3}>
          {first.comments.join(" · ")}
        </Text>
        <Button
          component={Link}
          // Where the queue gives it first, it is open for editing at once.
          to={`/projects/${projectId}/${begun > 0 ? `tasks/${first.task_id}` : "annotate"}`}
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
