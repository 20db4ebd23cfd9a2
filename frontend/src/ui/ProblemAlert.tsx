import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { ApiProblem, isTransient, problemText } from "../api/problem";

interface ProblemAlertProps {
  /** Anything thrown; nothing is shown for null. */
  error: unknown;
  /** Offers another try, where one may end otherwise. */
  onRetry?: () => void;
}

/** A failed request in words: what happened, and what to do. */
export function ProblemAlert({ error, onRetry }: ProblemAlertProps) {
  if (error === null || error === undefined) return null;
  const { title, text } = wording(error);
  const mayHelp = !(error instanceof ApiProblem) || isTransient(error) || isSignedOut(error);
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={title} role="alert">
      <Group justify="space-between" align="flex-end" wrap="nowrap">
        <Text size="sm">{text}</Text>
        {onRetry && mayHelp && (
          <Button size="xs" variant="light" color="red" onClick={onRetry} style={{ flexShrink: 0 }}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  );
}

function wording(error: unknown): { title: string; text: string } {
  if (!(error instanceof ApiProblem)) return { title: "Something went wrong", text: problemText(error) };
  // The sign-in dialog is open, or has just been: what is left to say is that this request was not carried out.
  if (isSignedOut(error)) return { title: "Your session had ended", text: "Sign in, then try again." };
  return { title: error.title, text: error.detail || "Try again in a moment." };
}

function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 401 && error.code !== "wrong-credentials";
}
