import { Button } from "@mantine/core";
import { Link } from "react-router";
import { EmptyState } from "../ui/EmptyState";

export default function NotFoundPage() {
  return (
    <EmptyState
      title="No such page"
      action={
        <Button component={Link} to="/projects">
          To the projects
        </Button>
      }
    >
      The address may be mistyped, or the page may have moved.
    </EmptyState>
  );
}
