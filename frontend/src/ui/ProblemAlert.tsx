import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { ApiProblem, isTransient, problemText } from "../api/problem";
import type { Strings } from "../strings/strings";
import { useStrings } from "../strings/useStrings";

interface ProblemAlertProps {
  /** Anything thrown; nothing is shown for null. */
  error: unknown;
  /** Offers another try, where one may end otherwise. */
  onRetry?: () => void;
}

/** A failed request in words: what happened, and what to do. */
export function ProblemAlert({ error, onRetry }: ProblemAlertProps) {
  const { ui, problems } = useStrings();
  if (error === null || error === undefined) return null;
  const { title, text } = wording(error, problems);
  const mayHelp = !(error instanceof ApiProblem) || isTransient(error) || isSignedOut(error);
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={title} role="alert">
      <Group justify="space-between" align="flex-end" wrap="nowrap">
        <Text size="sm">{text}</Text>
        {onRetry && mayHelp && (
          <Button size="xs" variant="light" color="red" onClick={onRetry} style={{ flexShrink: 0 }}>
            {ui.tryAgain}
          </Button>
        )}
      </Group>
    </Alert>
  );
}

function wording(error: unknown, problems: Strings["problems"]): { title: string; text: string } {
  if (!(error instanceof ApiProblem)) return { title: problems.somethingWrong, text: problemText(error) };
  // The sign-in dialog is open, or has just been: what is left to say is that this request was not carried out.
  if (isSignedOut(error)) return { title: problems.sessionHadEnded, text: problems.signInThenRetry };
  return { title: error.title, text: error.detail || problems.tryLater };
}

function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 401 && error.code !== "wrong-credentials";
}
