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
import type { Strings } from "../strings/strings";
import { useStrings } from "../strings/useStrings";

const ROOMS: readonly { path: string; name: keyof Strings["app"]["rooms"]; icon: typeof IconHome; needs: Role }[] = [
  { path: "", name: "overview", icon: IconHome, needs: "annotator" },
  { path: "annotate", name: "annotate", icon: IconTarget, needs: "annotator" },
  { path: "review", name: "review", icon: IconListCheck, needs: "reviewer" },
  { path: "photos", name: "photos", icon: IconPhoto, needs: "annotator" },
  { path: "import", name: "import", icon: IconPhotoPlus, needs: "admin" },
  { path: "models", name: "models", icon: IconChartLine, needs: "reviewer" },
  { path: "snapshots", name: "snapshots", icon: IconCamera, needs: "reviewer" },
  { path: "jobs", name: "jobs", icon: IconPackage, needs: "reviewer" },
  { path: "members", name: "members", icon: IconUsers, needs: "reviewer" },
  { path: "settings", name: "settings", icon: IconSettings, needs: "admin" },
];

/** The rooms of a project that the user may enter. */
export function ProjectNav({ projectId }: { projectId: number }) {
  const { app } = useStrings();
  const user = useUser();
  const { pathname } = useLocation();
  return (
    <nav aria-label={app.project}>
      {ROOMS.filter((room) => atLeast(user.role, room.needs)).map(({ path, name, icon: Icon }) => {
        const to = `/projects/${projectId}${path && `/${path}`}`;
        const active = pathname === to;
        return (
          <NavLink
            key={path}
            component={Link}
            to={to}
            label={app.rooms[name]}
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
