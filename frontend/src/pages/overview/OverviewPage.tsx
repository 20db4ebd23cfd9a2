import { Button, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconListCheck, IconPhotoPlus, IconTarget } from "@tabler/icons-react";
import { Link } from "react-router";
import { atLeast, useUser } from "../../api/session";
import type { Insights, Project } from "../../api/types";
import { useOpenProject } from "../../app/ProjectLayout";
import { useInsights } from "../../app/queries/projects";
import { EmptyState } from "../../ui/EmptyState";
import { count, duration, plural } from "../../strings/format";
import { Loading } from "../../ui/Loading";
import { Page } from "../../ui/Page";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { QUEUE_ORDERS } from "../projects/policy";
import { StateBar } from "./StateBar";
import { Throughput } from "./Throughput";

export default function OverviewPage() {
  const project = useOpenProject();
  const insights = useInsights(project.id);
  return (
    <Page title={project.name} lead={project.description || undefined}>
      {project.photos === 0 ? (
        <NoPhotos project={project} />
      ) : (
        <>
          <WorkAhead project={project} />
          <Paper>
            <Title order={2} mb="sm">
              Progress
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
              Labels per day
            </Title>
            {insights.data.days.some((day) => day.submitted + day.approved > 0) ? (
              <Throughput days={insights.data.days} />
            ) : (
              <Text size="sm" c="dimmed">
                No label has been submitted in the last 30 days.
              </Text>
            )}
          </Paper>
        </>
      )}
    </Page>
  );
}

function NoPhotos({ project }: { project: Project }) {
  const mayImport = atLeast(useUser().role, "admin");
  return (
    <Paper>
      <EmptyState
        title="No photos yet"
        action={
          mayImport && (
            <Button
              component={Link}
              to={`/projects/${project.id}/import`}
              leftSection={<IconPhotoPlus size={16} aria-hidden />}
            >
              Import photos
            </Button>
          )
        }
      >
        {mayImport
          ? "Import photos, folders or a zip. Each photo gets its first points by itself, then it can be annotated."
          : "An admin of your team imports them. Come back once there are some: this page follows by itself."}
      </EmptyState>
    </Paper>
  );
}

function WorkAhead({ project }: { project: Project }) {
  const mayReview = atLeast(useUser().role, "reviewer");
  const { ready, in_progress: inProgress, pending, in_review: inReview } = project.counts;
  const hint =
    ready > 0
      ? `${plural(ready, "photo")} ready to be annotated`
      : inProgress > 0
        ? `No photo is free now; ${plural(inProgress, "photo is", "photos are")} being annotated`
        : pending > 0
          ? `${plural(pending, "photo is", "photos are")} being prepared`
          : "Nothing left to annotate";
  return (
    <Group>
      <Button
        component={Link}
        to={`/projects/${project.id}/annotate`}
        size="lg"
        leftSection={<IconTarget size={20} aria-hidden />}
      >
        Start annotating
      </Button>
      {mayReview && (
        <Button
          component={Link}
          to={`/projects/${project.id}/review`}
          size="lg"
          variant={inReview > 0 ? "light" : "default"}
          leftSection={<IconListCheck size={20} aria-hidden />}
        >
          Review
        </Button>
      )}
      <Text size="sm" c="dimmed">
        {hint}
        {project.queue_order !== "import" && ready > 0 && `, ${QUEUE_ORDERS[project.queue_order].toLowerCase()}`}
        {mayReview && `, ${inReview === 0 ? "none" : inReview} to review`}.
      </Text>
    </Group>
  );
}

function Pace({ insights, project }: { insights: Insights; project: Project }) {
  const { mine } = insights;
  const team = insights.active_seconds_mean === null ? "" : ` · team ${duration(insights.active_seconds_mean)}`;
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }}>
      <Figure
        title="My pace"
        value={mine.active_seconds_mean === null ? "–" : duration(mine.active_seconds_mean)}
        note={
          mine.submitted === 0
            ? "you have not submitted a label yet"
            : `a photo on average · ${plural(mine.submitted, "label")}, ${count(mine.approved)} approved${team}`
        }
      />
      <Figure
        title="Points corrected per photo"
        value={insights.corrected_points_mean === null ? "–" : insights.corrected_points_mean.toFixed(1)}
        note="mean of 106; fewer means that the model proposes better"
      />
      <Figure
        title="Until the next training"
        value={plural(Math.max(0, project.retrain_every - project.labels_since_training), "label")}
        note={
          project.active_model
            ? `model ${project.active_model.number} proposes the points now`
            : "until then, the points come from what ships with Facet"
        }
      />
    </SimpleGrid>
  );
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
