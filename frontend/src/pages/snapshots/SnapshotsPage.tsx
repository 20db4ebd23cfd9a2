import { Button, Code, Group, Loader, Paper, Table, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconDownload } from "@tabler/icons-react";
import { atLeast, useUser } from "../../api/session";
import type { Project, Snapshot } from "../../api/types";
import { useOpenProject } from "../../app/ProjectLayout";
import { downloadUrl, useCreateSnapshot, useSnapshots } from "../../app/queries/snapshots";
import { CopyText } from "../../ui/CopyText";
import { EmptyState } from "../../ui/EmptyState";
import { count, plural } from "../../strings/format";
import { Loading } from "../../ui/Loading";
import { Page } from "../../ui/Page";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { Time } from "../../ui/Time";

export default function SnapshotsPage() {
  const project = useOpenProject();
  const mayCreate = atLeast(useUser().role, "admin");
  const snapshots = useSnapshots(project.id);
  const items = snapshots.data?.items ?? [];
  return (
    <Page
      title="Snapshots"
      lead="A snapshot freezes all approved labels. It never changes, and downloads byte for byte the same every time."
    >
      {mayCreate && <CreateSnapshot project={project} />}
      {snapshots.isPending && <Loading />}
      <ProblemAlert error={snapshots.error} onRetry={() => void snapshots.refetch()} />
      {snapshots.isSuccess && items.length === 0 && (
        <Paper>
          <EmptyState title="No snapshot yet">
            {project.counts.approved === 0
              ? "Labels can be frozen once a reviewer has approved some."
              : mayCreate
                ? "Create one above to download the approved labels as a dataset."
                : "An admin creates them."}
          </EmptyState>
        </Paper>
      )}
      {items.length > 0 && (
        <Paper p={0}>
          <Table.ScrollContainer minWidth={760}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>No.</Table.Th>
                  <Table.Th>Name</Table.Th>
                  <Table.Th>Photos</Table.Th>
                  <Table.Th>Train / val / test</Table.Th>
                  <Table.Th>Manifest SHA-256</Table.Th>
                  <Table.Th>Made</Table.Th>
                  <Table.Th aria-label="Actions" />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((snapshot) => (
                  <SnapshotRow key={snapshot.id} snapshot={snapshot} projectId={project.id} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Paper>
      )}
    </Page>
  );
}

function CreateSnapshot({ project }: { project: Project }) {
  const create = useCreateSnapshot(project.id);
  const form = useForm({ mode: "uncontrolled", initialValues: { name: "" } });
  const { approved } = project.counts;
  return (
    <Paper>
      <form onSubmit={form.onSubmit(({ name }) => create.mutate(name.trim(), { onSuccess: () => form.reset() }))}>
        <Group align="flex-end">
          <TextInput
            label="Name of the new snapshot"
            placeholder="optional"
            w={320}
            key={form.key("name")}
            {...form.getInputProps("name")}
          />
          <Button type="submit" loading={create.isPending} disabled={approved === 0}>
            Freeze {plural(approved, "approved label")}
          </Button>
        </Group>
        {create.error && (
          <div style={{ marginTop: 12 }}>
            <ProblemAlert error={create.error} />
          </div>
        )}
      </form>
    </Paper>
  );
}

function SnapshotRow({ snapshot, projectId }: { snapshot: Snapshot; projectId: number }) {
  const { splits, manifest_sha256: sum } = snapshot;
  return (
    <Table.Tr>
      <Table.Td>{snapshot.number}</Table.Td>
      <Table.Td>{snapshot.name}</Table.Td>
      <Table.Td>{count(snapshot.photos)}</Table.Td>
      <Table.Td>
        {count(splits.train)} / {count(splits.val)} / {count(splits.test)}
      </Table.Td>
      <Table.Td>
        {sum && (
          <Group gap={4} wrap="nowrap">
            <Code title={sum}>{sum.slice(0, 12)}…</Code>
            <CopyText value={sum} label="Copy the whole sum" />
          </Group>
        )}
      </Table.Td>
      <Table.Td>
        <Time at={snapshot.created_at} />
        {snapshot.created_by && (
          <Text size="xs" c="dimmed">
            by {snapshot.created_by.name}
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="right">
        {snapshot.state === "ready" ? (
          <Button
            component="a"
            href={downloadUrl(projectId, snapshot.id)}
            download
            size="xs"
            variant="light"
            leftSection={<IconDownload size={14} aria-hidden />}
          >
            Download, LaPa layout
          </Button>
        ) : (
          <Group gap="xs" justify="flex-end">
            <Loader size="xs" aria-hidden />
            <Text size="sm">Freezing</Text>
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
