import { Alert, Button, CloseButton, Group, Paper, Progress, Stack, Text, Title } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { isRunning, useImport } from "../../app/queries/imports";
import { useStrings } from "../../strings/useStrings";
import { ProblemAlert } from "../../ui/ProblemAlert";
import type { ArchiveUpload } from "./archiveUpload";
import { ImportItems } from "./ImportItems";
import { SeePhotos } from "./SeePhotos";
import { uploads } from "./uploads";

interface ArchiveCardProps {
  archive: ArchiveUpload;
  projectId: number;
  onDismiss: () => void;
}

/** A zip: first the upload's bytes, then the photos that the server unpacks. */
export function ArchiveCard({ archive, projectId, onDismiss }: ArchiveCardProps) {
  const { imports } = useStrings();
  const state = useSyncExternalStore(archive.subscribe, archive.snapshot);
  return (
    <Paper aria-live="polite">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2}>{archive.name}</Title>
          {(state.phase === "sent" || state.phase === "failed") && (
            <CloseButton aria-label={imports.dismiss} onClick={onDismiss} />
          )}
        </Group>
        {state.phase === "sent" && state.importId !== null ? (
          <Unpacking projectId={projectId} importId={state.importId} />
        ) : (
          <>
            <Progress value={(state.bytesSent / Math.max(1, state.bytes)) * 100} aria-label={imports.zipUploaded} />
            <Text size="sm" c="dimmed" className="tabular">
              {imports.zipProgress(
                state.phase === "idle" ? imports.waiting : imports.uploading,
                state.bytesSent,
                state.bytes,
              )}
            </Text>
          </>
        )}
        {state.phase === "failed" && (
          <>
            <Alert color="red">{state.trouble}</Alert>
            <Group>
              <Button size="xs" onClick={() => uploads.go(archive)}>
                {imports.uploadAgain}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Paper>
  );
}

function Unpacking({ projectId, importId }: { projectId: number; importId: number }) {
  const { imports } = useStrings();
  const query = useImport(projectId, importId);
  const found = query.data;
  if (!found) return <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />;
  const expected = found.expected ?? 0;
  return (
    <>
      <Progress
        value={expected > 0 ? (found.done / expected) * 100 : 100}
        animated={isRunning(found.state) && expected === 0}
        color={found.state === "done" ? "teal.6" : undefined}
        aria-label={imports.photosUnpacked}
      />
      <Text size="sm" c="dimmed" className="tabular">
        {imports.unpackProgress(isRunning(found.state), found.done, expected)} ·{" "}
        {imports.summary(found.imported, found.duplicates, found.refused, 0)}
      </Text>
      {found.state === "failed" && (
        <Alert color="red" title={imports.zipFailed}>
          {found.job?.error ?? imports.seeFailedJob}
        </Alert>
      )}
      {!isRunning(found.state) && <ImportItems projectId={projectId} found={found} />}
      {found.state === "done" && found.imported > 0 && <SeePhotos projectId={projectId} />}
    </>
  );
}
