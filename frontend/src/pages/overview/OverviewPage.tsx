import { Button, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconListCheck, IconPhotoPlus, IconTarget } from "@tabler/icons-react";
import { Link } from "react-router";
import { atLeast, useUser } from "../../api/session";
import type { Insights, Project } from "../../api/types";
import { useOpenProject } from "../../app/ProjectLayout";
import { useInsights } from "../../app/queries/projects";
import { EmptyState } from "../../ui/EmptyState";
import { useStrings } from "../../strings/useStrings";
import { Loading } from "../../ui/Loading";
import { Page } from "../../ui/Page";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { SentBackNotice } from "./SentBackNotice";
import { StateBar } from "./StateBar";
import { Throughput } from "./Throughput";

/** How far back the insights reach; they leave out days on which nothing happened. */
const DAYS_BACK = 30;

export default function OverviewPage() {
  const { projects } = useStrings();
  const project = useOpenProject();
  const insights = useInsights(project.id);
  return (
    <Page title={project.name} lead={project.description || undefined}>
      {project.photos === 0 ? (
        <NoPhotos project={project} />
      ) : (
        <>
          {insights.data && <SentBackNotice projectId={project.id} mine={insights.data.mine} />}
          <WorkAhead project={project} skipped={insights.data?.mine.skipped ?? 0} />
          <Paper>
            <Title order={2} mb="sm">
              {projects.progress}
            </Title>
            <StateBar counts={project.counts} />
          </Paper>
        </>
      )}
      {insights.isPending && <Loading />}
      <ProblemAlert error={insights.error} onRetry={() => void insights.refetch()} />
      {insights.data && project.photos > 0 && (
        <>
          <Pace insights={insights.data} project={project} />
          <Paper>
            <Title order={2} mb="xs">
              {projects.labelsPerDay}
            </Title>
            {insights.data.days.some((day) => day.submitted + day.approved > 0) ? (
              <Throughput days={insights.data.days} />
            ) : (
              <Text size="sm" c="dimmed">
                {projects.noLabelLately(DAYS_BACK)}
              </Text>
            )}
          </Paper>
        </>
      )}
    </Page>
  );
}

function NoPhotos({ project }: { project: Project }) {
  const { photos } = useStrings();
  const mayImport = atLeast(useUser().role, "admin");
  return (
    <Paper>
      <EmptyState
        title={photos.none}
        action={
          mayImport && (
            <Button
              component={Link}
              to={`/projects/${project.id}/import`}
              leftSection={<IconPhotoPlus size={16} aria-hidden />}
            >
              {photos.import}
            </Button>
          )
        }
      >
        {mayImport ? photos.importWhat : photos.adminImportsComeBack}
      </EmptyState>
    </Paper>
  );
}

/** Of the ready photos, those `skipped` by whoever looks are nothing that they will be given. */
function WorkAhead({ project, skipped }: { project: Project; skipped: number }) {
  const { app, projects } = useStrings();
  const mayReview = atLeast(useUser().role, "reviewer");
  const { ready, in_progress: inProgress, pending, in_review: inReview } = project.counts;
  const order = project.queue_order === "import" ? null : projects.queueOrders[project.queue_order];
  const hint =
    ready > 0
      ? projects.readyHint(ready, order) + (skipped > 0 ? projects.skippedHint(skipped) : "")
      : inProgress > 0
        ? projects.takenHint(inProgress)
        : pending > 0
          ? projects.pendingHint(pending)
          : projects.doneHint;
  return (
    <Group>
      <Button
        component={Link}
        to={`/projects/${project.id}/annotate`}
        size="lg"
        leftSection={<IconTarget size={20} aria-hidden />}
      >
        {projects.startAnnotating}
      </Button>
      {mayReview && (
        <Button
          component={Link}
          to={`/projects/${project.id}/review`}
          size="lg"
          variant={inReview > 0 ? "light" : "default"}
          leftSection={<IconListCheck size={20} aria-hidden />}
        >
          {app.rooms.review}
        </Button>
      )}
      <Text size="sm" c="dimmed">
        {projects.hint(hint, mayReview ? inReview : null)}
      </Text>
    </Group>
  );
}

function Pace({ insights, project }: { insights: Insights; project: Project }) {
  const { projects, ui } = useStrings();
  const { mine } = insights;
  const team = insights.active_seconds_mean === null ? null : ui.duration(insights.active_seconds_mean);
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }}>
      <Figure
        title={projects.myPace}
        value={mine.active_seconds_mean === null ? "–" : ui.duration(mine.active_seconds_mean)}
        note={
          mine.submitted === 0
            ? projects.nothingSubmitted
            : projects.paceNote(photosAnHour(mine.active_seconds_mean ?? 0), mine.submitted, mine.approved, team)
        }
      />
      <Figure
        title={projects.correctedPerPhoto}
        value={insights.corrected_points_mean === null ? "–" : insights.corrected_points_mean.toFixed(1)}
        note={projects.correctedNote}
      />
      <Figure
        title={projects.untilTraining}
        value={projects.labels(Math.max(0, project.retrain_every - project.labels_since_training))}
        note={
          project.active_model
            ? projects.modelProposes(project.active_model.number)
            : projects.shippedProposes
        }
      />
    </SimpleGrid>
  );
}

/** At `seconds` of work a photo; nobody does more than one a second. */
function photosAnHour(seconds: number): number {
  return Math.round(3600 / Math.max(seconds, 1));
}

function Figure({ title, value, note }: { title: string; value: string; note: string }) {
  return (
    <Paper>
      <Stack gap={2}>
        <Text size="sm" c="dimmed">
          {title}
        </Text>
        <Text size="xl" fw={600} className="tabular">
          {value}
        </Text>
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      </Stack>
    </Paper>
  );
}
