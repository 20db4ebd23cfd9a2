import { Alert, Button, CloseButton, Group, Paper, Progress, Stack, Text, Title } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { bytes, count, plural } from "../../strings/format";
import { NotesTable } from "./NotesTable";
import { SeePhotos } from "./SeePhotos";
import type { UploadQueue, UploadState } from "./uploadQueue";
import { uploads } from "./uploads";

interface PhotosCardProps {
  queue: UploadQueue;
  projectId: number;
  onDismiss: () => void;
}

/** The progress of one upload of photos, and at its end what became of them. */
export function PhotosCard({ queue, projectId, onDismiss }: PhotosCardProps) {
  const state = useSyncExternalStore(queue.subscribe, queue.snapshot);
  const isOver = state.phase === "done";
  return (
    <Paper aria-live="polite">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2}>{title(state)}</Title>
          {isOver && <CloseButton aria-label="Dismiss" onClick={onDismiss} />}
          {state.phase === "running" && (
            <Button size="xs" variant="default" onClick={() => queue.stop()}>
              Stop
            </Button>
          )}
        </Group>
        {state.expected > 0 && (
          <>
            <Progress
              value={(state.settled / state.expected) * 100}
              color={isOver ? "teal.6" : undefined}
              aria-label="Photos uploaded"
            />
            <Text size="sm" c="dimmed" className="tabular">
              {count(state.settled)} of {plural(state.expected, "photo")} · {bytes(state.bytesSent)} of{" "}
              {bytes(state.bytes)} · {count(state.imported)} imported, {plural(state.duplicates, "duplicate")},{" "}
              {count(state.notes.filter((note) => note.outcome === "refused").length)} refused
            </Text>
          </>
        )}
        {state.trouble && (
          <Alert color="yellow" p="xs">
            {state.trouble}
          </Alert>
        )}
        {state.phase === "stopped" && (
          <Group>
            <Button size="xs" onClick={() => uploads.go(queue)}>
              Go on with {plural(state.expected - state.settled, "photo")}
            </Button>
            <Button size="xs" variant="default" onClick={onDismiss}>
              Leave the rest
            </Button>
          </Group>
        )}
        <NotesTable notes={state.notes} />
        {isOver && state.imported > 0 && <SeePhotos projectId={projectId} />}
      </Stack>
    </Paper>
  );
}

function title(state: UploadState): string {
  switch (state.phase) {
    case "idle":
      return `Waiting to upload ${plural(state.expected, "photo")}`;
    case "running":
      return "Uploading";
    case "stopped":
      return "Stopped";
    case "done":
      return state.expected === 0 ? "Nothing to import" : `${plural(state.imported, "photo")} imported`;
  }
}
