import { Anchor, AppShell as Shell, Burger, Group, Menu, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconChevronDown, IconLogout, IconSchool, IconUser, IconUsers } from "@tabler/icons-react";
import { Link, Outlet, useLocation, useParams } from "react-router";
import { problemText } from "../api/problem";
import { atLeast, useSignOut, useUser } from "../api/session";
import { useStrings } from "../strings/useStrings";
import classes from "./AppShell.module.css";
import { ColorSchemeToggle } from "./ColorSchemeToggle";
import { LanguageMenu } from "./LanguageMenu";
import { ProjectNav } from "./ProjectNav";
import { useProject } from "./queries/projects";
import { withReturn } from "./returning";
import { TourOffer } from "./TourOffer";

/** The frame of all pages but sign-in, the editor and the review: header, and the navigation inside a project. */
export function AppShell() {
  const { app } = useStrings();
  const { projectId } = useParams();
  const [navOpened, nav] = useDisclosure(false);
  const inProject = projectId !== undefined;
  return (
    <Shell
      header={{ height: 48 }}
      navbar={inProject ? { width: 208, breakpoint: "sm", collapsed: { mobile: !navOpened } } : undefined}
      padding="lg"
    >
      <a href="#main" className={classes.skip}>
        {app.skipToContent}
      </a>
      <Shell.Header className={classes.bar}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap" miw={0}>
            {inProject && (
              <Burger
                opened={navOpened}
                onClick={nav.toggle}
                hiddenFrom="sm"
                size="sm"
                aria-label={app.projectNavigation}
              />
            )}
            <Link to="/projects" className={classes.logo}>
              <img src="/facet.svg" alt="" width={22} height={22} />
              Facet
            </Link>
            {inProject && <ProjectName id={Number(projectId)} />}
          </Group>
          <Group gap="xs" wrap="nowrap">
            <LanguageMenu />
            <ColorSchemeToggle />
            <UserMenu />
          </Group>
        </Group>
      </Shell.Header>
      {inProject && (
        <Shell.Navbar className={classes.bar} p="xs" onClick={nav.close}>
          <ProjectNav projectId={Number(projectId)} />
        </Shell.Navbar>
      )}
      <Shell.Main id="main" tabIndex={-1} className={classes.main}>
        <TourOffer />
        <Outlet />
      </Shell.Main>
    </Shell>
  );
}

function ProjectName({ id }: { id: number }) {
  const project = useProject(id).data;
  if (!project) return null;
  return (
    <>
      <Text c="dimmed" aria-hidden>
        /
      </Text>
      <Anchor component={Link} to={`/projects/${id}`} c="inherit" size="sm" truncate>
        {project.name}
      </Anchor>
    </>
  );
}

function UserMenu() {
  const { app, tour, ui } = useStrings();
  const { pathname } = useLocation();
  const user = useUser();
  const signOut = useSignOut();
  const tellProblem = (error: unknown) => {
    notifications.show({ color: "red", title: app.stillSignedIn, message: problemText(error) });
  };
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <UnstyledButton className={classes.user}>
          <Text size="sm">{user.name}</Text>
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {user.email} · {ui.roles[user.role]}
        </Menu.Label>
        <Menu.Item component={Link} to="/account" leftSection={<IconUser size={16} aria-hidden />}>
          {app.account}
        </Menu.Item>
        <Menu.Item component={Link} to={withReturn("/tour", pathname)} leftSection={<IconSchool size={16} aria-hidden />}>
          {tour.title}
        </Menu.Item>
        {atLeast(user.role, "admin") && (
          <Menu.Item component={Link} to="/members" leftSection={<IconUsers size={16} aria-hidden />}>
            {app.usersAndInvitations}
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => signOut.mutate(undefined, { onError: tellProblem })}>
          {ui.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
