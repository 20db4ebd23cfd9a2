import { Button } from "@mantine/core";
import { Link } from "react-router";
import { useStrings } from "../strings/useStrings";
import { EmptyState } from "../ui/EmptyState";

export default function NotFoundPage() {
  const { app, ui } = useStrings();
  return (
    <EmptyState
      title={app.noSuchPage}
      action={
        <Button component={Link} to="/projects">
          {ui.toProjects}
        </Button>
      }
    >
      {app.noSuchPageWhy}
    </EmptyState>
  );
}
