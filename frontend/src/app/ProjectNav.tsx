import { NavLink } from "@mantine/core";
import {
  IconCamera,
  IconChartLine,
  IconHome,
  IconListCheck,
  IconPackage,
  IconPhoto,
  IconPhotoPlus,
  IconSettings,
  IconTarget,
  IconUsers,
} from "@tabler/icons-react";
import { Link, useLocation } from "react-router";
import { atLeast, useUser } from "../api/session";
import type { Role } from "../api/types";

const ROOMS: readonly { path: string; label: string; icon: typeof IconHome; needs: Role }[] = [
  { path: "", label: "Overview", icon: IconHome, needs: "annotator" },
  { path: "annotate", label: "Annotate", icon: IconTarget, needs: "annotator" },
  { path: "review", label: "Review", icon: IconListCheck, needs: "reviewer" },
  { path: "photos", label: "Photos", icon: IconPhoto, needs: "annotator" },
  { path: "import", label: "Import", icon: IconPhotoPlus, needs: "admin" },
  { path: "models", label: "Models", icon: IconChartLine, needs: "reviewer" },
  { path: "snapshots", label: "Snapshots", icon: IconCamera, needs: "reviewer" },
  { path: "jobs", label: "Jobs", icon: IconPackage, needs: "reviewer" },
  { path: "members", label: "Members", icon: IconUsers, needs: "reviewer" },
  { path: "settings", label: "Settings", icon: IconSettings, needs: "admin" },
];

/** The rooms of a project that the user may enter. */
export function ProjectNav({ projectId }: { projectId: number }) {
  const user = useUser();
  const { pathname } = useLocation();
  return (
    <nav aria-label="Project">
      {ROOMS.filter((room) => atLeast(user.role, room.needs)).map(({ path, label, icon: Icon }) => {
        const to = `/projects/${projectId}${path && `/${path}`}`;
        const active = pathname === to;
        return (
          <NavLink
            key={path}
            component={Link}
            to={to}
            label={label}
            active={active}
            aria-current={active ? "page" : undefined}
            leftSection={<Icon size={18} stroke={1.6} aria-hidden />}
            variant="light"
            py={6}
            style={{ borderRadius: "var(--mantine-radius-sm)" }}
          />
        );
      })}
    </nav>
  );
}
