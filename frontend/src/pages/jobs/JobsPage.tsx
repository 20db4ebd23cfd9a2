import { Button, Code, Paper, Progress, Select, Table, Text } from "@mantine/core";
import { useSearchParams } from "react-router";
import { atLeast, useUser } from "../../api/session";
import type { Job } from "../../api/types";
import { useOpenProject } from "../../app/ProjectLayout";
import { useJobs, useRetryJob } from "../../app/queries/jobs";
import { itemsOf } from "../../app/queries/pages";
import { EmptyState } from "../../ui/EmptyState";
import { count, duration } from "../../strings/format";
import { JobBadge } from "../../ui/JobBadge";
import { Loading } from "../../ui/Loading";
import { LoadMore } from "../../ui/LoadMore";
import { Page } from "../../ui/Page";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { Time } from "../../ui/Time";

const STATES: readonly Job["state"][] = ["queued", "running", "succeeded", "failed"];
const ALL = "all";

/** What people call the kinds of job; a kind that this version does not know keeps its own name. */
const KINDS: Readonly<Partial<Record<string, string>>> = {
  unpack: "Unpack a zip",
  prelabel: "First points",
  fitting: "Draw the mask",
  freeze: "Freeze a snapshot",
  train: "Train a model",
  repredict: "New points from a new model",
};

export default function JobsPage() {
  const project = useOpenProject();
  const [search, setSearch] = useSearchParams();
  const state = STATES.find((known) => known === search.get("state")) ?? null;
  const jobs = useJobs(project.id, state);
  const retry = useRetryJob(project.id);
  const mayRetry = atLeast(useUser().role, "admin");
  const items = itemsOf(jobs.data);
  return (
    <Page
      title="Jobs"
      lead="What the workers do: prepare photos, draw masks, train models. A lost job starts again by itself."
      actions={
        <Select
          aria-label="Show jobs by state"
          w={180}
          value={state ?? ALL}
          onChange={(value) => setSearch(value === ALL || value === null ? {} : { state: value }, { replace: true })}
          data={[{ value: ALL, label: "All states" }, ...STATES.map((one) => ({ value: one, label: capital(one) }))]}
        />
      }
    >
      <ProblemAlert error={retry.error} />
      <ProblemAlert error={jobs.error} onRetry={() => void jobs.refetch()} />
      {jobs.isPending && <Loading />}
      {jobs.isSuccess && items.length === 0 && (
        <Paper>
          <EmptyState title={state === null ? "No job yet" : `No ${state} job`}>
            {state === null ? "Import photos, and the first jobs appear here." : "Choose another state above."}
          </EmptyState>
        </Paper>
      )}
      {items.length > 0 && (
        <Paper p={0}>
          <Table.ScrollContainer minWidth={720}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Job</Table.Th>
                  <Table.Th>State</Table.Th>
                  <Table.Th w="36%">Progress</Table.Th>
                  <Table.Th>Tries</Table.Th>
                  <Table.Th>Asked for</Table.Th>
                  <Table.Th aria-label="Actions" />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((job) => (
                  <Table.Tr key={job.id}>
                    <Table.Td>
                      {KINDS[job.kind] ?? capital(job.kind)}{" "}
                      <Text span c="dimmed" size="xs">
                        #{job.id}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <JobBadge state={job.state} />
                    </Table.Td>
                    <Table.Td>
                      <JobProgress job={job} />
                    </Table.Td>
                    <Table.Td>{job.attempts}</Table.Td>
                    <Table.Td>
                      <Time at={job.created_at} />
                    </Table.Td>
                    <Table.Td ta="right">
                      {mayRetry && job.state === "failed" && (
                        <Button
                          size="compact-xs"
                          variant="light"
                          loading={retry.isPending && retry.variables === job.id}
                          onClick={() => retry.mutate(job.id)}
                        >
                          Retry
                        </Button>
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Paper>
      )}
      <LoadMore query={jobs} />
    </Page>
  );
}

function JobProgress({ job }: { job: Job }) {
  if (job.error) {
    return (
      <Code block c="red" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere", maxHeight: 160 }}>
        {job.error}
      </Code>
    );
  }
  const counted = job.total ? `${count(job.done)} of ${count(job.total)}` : "";
  const took =
    job.started_at && job.finished_at
      ? `took ${duration((Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000)}`
      : "";
  return (
    <>
      {job.state === "running" && (
        <Progress
          value={job.total ? (job.done / job.total) * 100 : 100}
          animated={!job.total}
          size="sm"
          mb={4}
          aria-label={`Progress of job ${job.id}`}
        />
      )}
      <Text size="sm" c="dimmed" className="tabular">
        {[job.message || counted, took].filter(Boolean).join(" · ")}
      </Text>
    </>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
