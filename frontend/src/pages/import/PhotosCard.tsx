import { Alert, Button, CloseButton, Group, Paper, Progress, Stack, Text, Title } from "@mantine/core";
import { useSyncExternalStore } from "react";
import type { Strings } from "../../strings/strings";
import { useStrings } from "../../strings/useStrings";
import type { FileNote } from "./files";
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
  const { imports } = useStrings();
  const state = useSyncExternalStore(queue.subscribe, queue.snapshot);
  const isOver = state.phase === "done";
  const noted = (outcome: FileNote["outcome"]) => state.notes.filter((note) => note.outcome === outcome).length;
  const passedOver = noted("passed-over");
  return (
    <Paper aria-live="polite">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2}>{title(state, imports)}</Title>
          {isOver && <CloseButton aria-label={imports.dismiss} onClick={onDismiss} />}
          {state.phase === "running" && (
            <Button size="xs" variant="default" onClick={() => queue.stop()}>
              {imports.stop}
            </Button>
          )}
        </Group>
        {state.expected > 0 && (
          <>
            <Progress
              value={(state.settled / state.expected) * 100}
              color={isOver ? "teal.6" : undefined}
              aria-label={imports.photosUploaded}
            />
            <Text size="sm" c="dimmed" className="tabular">
              {imports.uploadProgress(state.settled, state.expected, state.bytesSent, state.bytes)} ·{" "}
              {imports.summary(state.imported, state.duplicates, noted("refused"), noted("failed"))}
              {passedOver > 0 && ` · ${imports.passedOver(passedOver)}`}
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
              {imports.goOn(state.expected - state.settled)}
            </Button>
            <Button size="xs" variant="default" onClick={onDismiss}>
              {imports.leaveRest}
            </Button>
          </Group>
        )}
        <NotesTable notes={state.notes} />
        {isOver && state.imported > 0 && <SeePhotos projectId={projectId} />}
      </Stack>
    </Paper>
  );
}

function title(state: UploadState, imports: Strings["imports"]): string {
  switch (state.phase) {
    case "idle":
      return imports.waitingToUpload(state.expected);
    case "running":
      return imports.uploading;
    case "stopped":
      return imports.stopped;
    case "done":
      return state.expected === 0 ? imports.nothingToImport : imports.photosImported(state.imported);
  }
}
