import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { ApiProblem, problemText } from "../api/problem";

interface ProblemAlertProps {
  /** Anything thrown; nothing is shown for null. */
  error: unknown;
  /** Offers another try. */
  onRetry?: () => void;
}

/** A failed request in words: what happened, and what to do. */
export function ProblemAlert({ error, onRetry }: ProblemAlertProps) {
  if (error === null || error === undefined) return null;
  const title = error instanceof ApiProblem ? error.title : "Something went wrong";
  const text = problemText(error);
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={title} role="alert">
      <Group justify="space-between" align="flex-end" wrap="nowrap">
        <Text size="sm">{text === title ? "Try again in a moment." : text}</Text>
        {onRetry && (
          <Button size="xs" variant="light" color="red" onClick={onRetry} style={{ flexShrink: 0 }}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  );
}
