import { Button, Code, Paper, Progress, Select, Table, Text } from "@mantine/core";
import { useSearchParams } from "react-router";
import { atLeast, useUser } from "../../api/session";
import type { Job } from "../../api/types";
import { useOpenProject } from "../../app/ProjectLayout";
import { useJobs, useRetryJob, useStopJob } from "../../app/queries/jobs";
import { itemsOf } from "../../app/queries/pages";
import { useStrings } from "../../strings/useStrings";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { EmptyState } from "../../ui/EmptyState";
import { ForRole } from "../../ui/ForRole";
import { JobBadge } from "../../ui/JobBadge";
import { Loading } from "../../ui/Loading";
import { LoadMore } from "../../ui/LoadMore";
import { Page } from "../../ui/Page";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { Time } from "../../ui/Time";

const STATES: readonly Job["state"][] = ["queued", "running", "succeeded", "failed"];
const ALL = "all";

export default function JobsPage() {
  const { jobs, ui } = useStrings();
  return (
    <ForRole needs="reviewer" title={jobs.title} instead={ui.adminMakesReviewers}>
      <Jobs />
    </ForRole>
  );
}

function Jobs() {
  const { jobs: strings, ui } = useStrings();
  const kinds: Readonly<Partial<Record<string, string>>> = strings.kinds;
  const project = useOpenProject();
  const [search, setSearch] = useSearchParams();
  const state = STATES.find((known) => known === search.get("state")) ?? null;
  const jobs = useJobs(project.id, state);
  const retry = useRetryJob(project.id);
  const stop = useStopJob(project.id);
  const mayAct = atLeast(useUser().role, "admin");
  const items = itemsOf(jobs.data);
  return (
    <Page
      title={strings.title}
      lead={strings.lead}
      actions={
        <Select
          aria-label={strings.showByState}
          w={180}
          value={state ?? ALL}
          onChange={(value) => setSearch(value === ALL || value === null ? {} : { state: value }, { replace: true })}
          data={[{ value: ALL, label: strings.allStates }, ...STATES.map((one) => ({ value: one, label: strings.states[one] }))]}
        />
      }
    >
      <ProblemAlert error={retry.error} />
      <ProblemAlert error={stop.error} />
      <ProblemAlert error={jobs.error} onRetry={() => void jobs.refetch()} />
      {jobs.isPending && <Loading />}
      {jobs.isSuccess && items.length === 0 && (
        <Paper>
          <EmptyState title={state === null ? strings.none : strings.noneInState[state]}>
            {state === null ? strings.importFirst : strings.chooseOther}
          </EmptyState>
        </Paper>
      )}
      {items.length > 0 && (
        <Paper p={0}>
          <Table.ScrollContainer minWidth={480}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{strings.job}</Table.Th>
                  <Table.Th>{strings.state}</Table.Th>
                  <Table.Th w="36%">{strings.progress}</Table.Th>
                  <Table.Th visibleFrom="md">{strings.tries}</Table.Th>
                  <Table.Th visibleFrom="md">{strings.askedFor}</Table.Th>
                  <Table.Th aria-label={ui.actions} />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((job) => (
                  <Table.Tr key={job.id}>
                    <Table.Td>
                      {kinds[job.kind] ?? job.kind}{" "}
                      <Text span c="dimmed" size="xs">
                        #{job.id}
                      </Text>
                      <Text size="xs" c="dimmed" hiddenFrom="md">
                        <Time at={job.created_at} />
                        {job.attempts > 1 && ` · ${strings.triesOf(job.attempts)}`}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <JobBadge state={job.state} />
                    </Table.Td>
                    <Table.Td>
                      <JobProgress job={job} />
                    </Table.Td>
                    <Table.Td visibleFrom="md">{job.attempts}</Table.Td>
                    <Table.Td visibleFrom="md">
                      <Time at={job.created_at} />
                    </Table.Td>
                    <Table.Td ta="right">
                      {mayAct && job.state === "failed" && (
                        <Button
                          size="compact-xs"
                          variant="light"
                          loading={retry.isPending && retry.variables === job.id}
                          onClick={() => retry.mutate(job.id)}
                        >
                          {strings.retry}
                        </Button>
                      )}
                      {mayAct && job.stoppable && (
                        <ConfirmButton
                          label={strings.stop}
                          confirmLabel={strings.stopNow}
                          loading={stop.isPending && stop.variables === job.id}
                          onConfirm={() => stop.mutate(job.id)}
                        />
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
  const { jobs, ui } = useStrings();
  if (job.error) {
    return (
      <Code block c="red" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere", maxHeight: 160 }}>
        {job.error}
      </Code>
    );
  }
  const counted = job.total ? jobs.doneOf(job.done, job.total) : "";
  const took =
    job.started_at && job.finished_at
      ? jobs.took(ui.duration((Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000))
      : "";
  return (
    <>
      {job.state === "running" && (
        <Progress
          value={job.total ? (job.done / job.total) * 100 : 100}
          animated={!job.total}
          size="sm"
          mb={4}
          aria-label={jobs.progressOf(job.id)}
        />
      )}
      <Text size="sm" c="dimmed" className="tabular">
        {[job.message || counted, took].filter(Boolean).join(" · ")}
      </Text>
    </>
  );
}
