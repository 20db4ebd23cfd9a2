import { Anchor, Button, Group, Paper, Select, Text } from "@mantine/core";
import { Link, useSearchParams } from "react-router";
import { atLeast, useUser } from "../../api/session";
import type { ListedPhoto } from "../../api/types";
import { useOpenProject } from "../../app/ProjectLayout";
import { itemsOf } from "../../app/queries/pages";
import { usePhotos } from "../../app/queries/photos";
import { useStrings } from "../../strings/useStrings";
import { EmptyState } from "../../ui/EmptyState";
import { Loading } from "../../ui/Loading";
import { LoadMore } from "../../ui/LoadMore";
import { Page } from "../../ui/Page";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { StateBadge } from "../../ui/StateBadge";
import { TASK_STATE_ORDER } from "../../ui/taskStates";
import classes from "./PhotosPage.module.css";

const ALL = "all";

export default function PhotosPage() {
  const { photos: strings, ui } = useStrings();
  const project = useOpenProject();
  const mayImport = atLeast(useUser().role, "admin");
  const [search, setSearch] = useSearchParams();
  const state = TASK_STATE_ORDER.find((known) => known === search.get("state")) ?? null;
  const photos = usePhotos(project.id, state);
  const items = itemsOf(photos.data);
  return (
    <Page
      title={strings.title}
      lead={strings.inThisProject(project.photos)}
      actions={
        <Select
          aria-label={strings.showByState}
          w={220}
          value={state ?? ALL}
          onChange={(value) => setSearch(value === ALL || value === null ? {} : { state: value }, { replace: true })}
          data={[
            { value: ALL, label: strings.allStates(project.photos) },
            ...TASK_STATE_ORDER.map((one) => ({
              value: one,
              label: strings.stateOption(ui.taskStates[one], project.counts[one]),
            })),
          ]}
        />
      }
    >
      {photos.isPending && <Loading />}
      <ProblemAlert error={photos.error} onRetry={() => void photos.refetch()} />
      {photos.isSuccess && items.length === 0 && (
        <Paper>
          {state !== null && project.photos > 0 ? (
            <EmptyState
              title={strings.noneInState}
              action={
                <Button variant="default" onClick={() => setSearch({}, { replace: true })}>
                  {strings.showAll}
                </Button>
              }
            >
              {strings.moveOn}
            </EmptyState>
          ) : (
            <EmptyState
              title={strings.none}
              action={
                mayImport && (
                  <Button component={Link} to={`/projects/${project.id}/import`}>
                    {strings.import}
                  </Button>
                )
              }
            >
              {mayImport ? strings.importToBegin : strings.adminImports}
            </EmptyState>
          )}
        </Paper>
      )}
      <ul className={classes.grid}>
        {items.map((photo) => (
          <PhotoTile key={photo.id} photo={photo} projectId={project.id} />
        ))}
      </ul>
      <LoadMore query={photos} />
    </Page>
  );
}

function PhotoTile({ photo, projectId }: { photo: ListedPhoto; projectId: number }) {
  const { photos: strings } = useStrings();
  return (
    <Paper component="li" p={0} className={classes.tile}>
      <img src={photo.thumbnail_url} alt="" loading="lazy" decoding="async" className={classes.thumbnail} />
      <div className={classes.caption}>
        <Anchor
          component={Link}
          to={`/projects/${projectId}/tasks/${photo.task_id}`}
          c="inherit"
          size="sm"
          // Folders come first in a photo's name, and are alike for many.
          truncate="start"
          ta="left"
          display="block"
          className={classes.link}
          title={photo.name}
        >
          <bdi>{photo.name}</bdi>
        </Anchor>
        <Group gap={6} justify="space-between" wrap="nowrap">
          <StateBadge state={photo.state} />
          {photo.annotator && (
            <Text size="xs" c="dimmed" truncate>
              {photo.annotator}
            </Text>
          )}
        </Group>
        {photo.skips > 0 && (
          <Text size="xs" c="dimmed" lineClamp={3}>
            {strings.skipped(photo.skips, photo.skip_reasons)}
          </Text>
        )}
      </div>
    </Paper>
  );
}
