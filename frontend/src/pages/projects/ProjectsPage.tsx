import { Anchor, Button, Group, Paper, Progress, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { Link } from "react-router";
import { atLeast, useUser } from "../../api/session";
import type { Project } from "../../api/types";
import { useProjects } from "../../app/queries/projects";
import { EmptyState } from "../../ui/EmptyState";
import { percent } from "../../strings/format";
import { useStrings } from "../../strings/useStrings";
import { Loading } from "../../ui/Loading";
import { Page } from "../../ui/Page";
import { ProblemAlert } from "../../ui/ProblemAlert";
import classes from "./ProjectsPage.module.css";
import { CreateProjectDialog } from "./CreateProjectDialog";

export default function ProjectsPage() {
  const strings = useStrings().projects;
  const isAdmin = atLeast(useUser().role, "admin");
  const projects = useProjects();
  const [creating, dialog] = useDisclosure(false);
  const createButton = isAdmin && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={dialog.open}>
      {strings.newProject}
    </Button>
  );
  const isEmpty = projects.data?.items.length === 0;
  return (
    <Page title={strings.title} actions={!isEmpty && createButton}>
      {projects.isPending && <Loading />}
      <ProblemAlert error={projects.error} onRetry={() => void projects.refetch()} />
      {isEmpty && (
        <Paper>
          <EmptyState title={isAdmin ? strings.startFirst : strings.noProject} action={createButton}>
            {isAdmin ? strings.startFirstWhat : strings.noProjectWhy}
          </EmptyState>
        </Paper>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {projects.data?.items.map((project) => (
          <ProjectCard key={project.id} project={project} />
        ))}
      </SimpleGrid>
      {isAdmin && <CreateProjectDialog opened={creating} onClose={dialog.close} />}
    </Page>
  );
}

function ProjectCard({ project }: { project: Project }) {
  const { projects } = useStrings();
  const share = project.photos > 0 ? project.counts.approved / project.photos : 0;
  return (
    <Paper className={classes.card}>
      <Stack gap="xs" h="100%">
        <Title order={2}>
          <Anchor component={Link} to={`/projects/${project.id}`} c="inherit" className={classes.link}>
            {project.name}
          </Anchor>
        </Title>
        <Text size="sm" c="dimmed" lineClamp={2} style={{ flex: 1 }}>
          {project.description}
        </Text>
        <Progress value={share * 100} color="teal.6" size="sm" aria-label={projects.approvedShare} />
        <Group justify="space-between" gap="xs" className="tabular">
          <Text size="sm">{projects.approvedOf(project.counts.approved, project.photos)}</Text>
          <Text size="sm" c="dimmed">
            {percent(share, 0)}
          </Text>
        </Group>
      </Stack>
    </Paper>
  );
}
