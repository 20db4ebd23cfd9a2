import { Box, Button, Code, Group, Loader, Paper, Table, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconDownload } from "@tabler/icons-react";
import { atLeast, useUser } from "../../api/session";
import type { Project, Snapshot } from "../../api/types";
import { useOpenProject } from "../../app/ProjectLayout";
import { downloadUrl, useCreateSnapshot, useSnapshots } from "../../app/queries/snapshots";
import { CopyText } from "../../ui/CopyText";
import { EmptyState } from "../../ui/EmptyState";
import { ForRole } from "../../ui/ForRole";
import { count } from "../../strings/format";
import { useStrings } from "../../strings/useStrings";
import { Loading } from "../../ui/Loading";
import { Page } from "../../ui/Page";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { Time } from "../../ui/Time";

export default function SnapshotsPage() {
  const { snapshots, ui } = useStrings();
  return (
    <ForRole needs="reviewer" title={snapshots.title} instead={ui.adminMakesReviewers}>
      <Snapshots />
    </ForRole>
  );
}

function Snapshots() {
  const { snapshots: strings, ui } = useStrings();
  const project = useOpenProject();
  const mayCreate = atLeast(useUser().role, "admin");
  const snapshots = useSnapshots(project.id);
  const items = snapshots.data?.items ?? [];
  return (
    <Page
      title={strings.title}
      lead={strings.lead}
    >
      {mayCreate && <CreateSnapshot project={project} />}
      {snapshots.isPending && <Loading />}
      <ProblemAlert error={snapshots.error} onRetry={() => void snapshots.refetch()} />
      {snapshots.isSuccess && items.length === 0 && (
        <Paper>
          <EmptyState title={strings.none}>
            {project.counts.approved === 0
              ? strings.nothingApproved
              : mayCreate
                ? strings.createAbove
                : strings.adminCreates}
          </EmptyState>
        </Paper>
      )}
      {items.length > 0 && (
        <Paper p={0}>
          <Table.ScrollContainer minWidth={480}>
            <Table horizontalSpacing={6}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{strings.number}</Table.Th>
                  <Table.Th>{ui.name}</Table.Th>
                  <Table.Th>{strings.photos}</Table.Th>
                  <Table.Th visibleFrom="lg">{strings.splits}</Table.Th>
                  <Table.Th visibleFrom="lg">{strings.manifestSum}</Table.Th>
                  <Table.Th visibleFrom="lg">{ui.made}</Table.Th>
                  <Table.Th aria-label={ui.actions} />
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
  const { snapshots } = useStrings();
  const create = useCreateSnapshot(project.id);
  const form = useForm({ mode: "uncontrolled", initialValues: { name: "" } });
  const { approved } = project.counts;
  return (
    <Paper>
      <form onSubmit={form.onSubmit(({ name }) => create.mutate(name.trim(), { onSuccess: () => form.reset() }))}>
        <Group align="flex-end">
          <TextInput
            label={snapshots.newName}
            placeholder={snapshots.optional}
            w={320}
            key={form.key("name")}
            {...form.getInputProps("name")}
          />
          <Button type="submit" loading={create.isPending} disabled={approved === 0}>
            {snapshots.freeze(approved)}
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
  const { snapshots, ui } = useStrings();
  const { splits, manifest_sha256: sum } = snapshot;
  const shares = [splits.train, splits.val, splits.test].map((share) => count(share)).join(" / ");
  const checksum = sum && (
    <Group gap={4} wrap="nowrap">
      <Code title={sum}>{sum.slice(0, 12)}…</Code>
      <CopyText value={sum} label={snapshots.copySum} />
    </Group>
  );
  const made = (
    <>
      <Time at={snapshot.created_at} />
      {snapshot.created_by && (
        <Text span display="block" size="xs" c="dimmed">
          {ui.by(snapshot.created_by.name)}
        </Text>
      )}
    </>
  );
  return (
    <Table.Tr>
      <Table.Td>{snapshot.number}</Table.Td>
      <Table.Td>
        {snapshot.name}
        <Box fz="xs" c="dimmed" hiddenFrom="lg">
          {made}
          {checksum}
        </Box>
      </Table.Td>
      <Table.Td>
        {count(snapshot.photos)}
        <Text size="xs" c="dimmed" hiddenFrom="lg" title={snapshots.splits} style={{ whiteSpace: "nowrap" }}>
          {shares}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="lg" style={{ whiteSpace: "nowrap" }}>
        {shares}
      </Table.Td>
      <Table.Td visibleFrom="lg">{checksum}</Table.Td>
      <Table.Td visibleFrom="lg">{made}</Table.Td>
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
            {snapshots.download}
          </Button>
        ) : (
          <Group gap="xs" justify="flex-end">
            <Loader size="xs" aria-hidden />
            <Text size="sm">{snapshots.freezing}</Text>
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
