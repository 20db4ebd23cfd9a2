import { Stack } from "@mantine/core";
import { useUser } from "../../api/session";
import { EmptyState } from "../../ui/EmptyState";
import { Page } from "../../ui/Page";
import { InvitationsSection } from "./InvitationsSection";
import { UsersSection } from "./UsersSection";

export default function UsersPage() {
  const user = useUser();
  if (user.role !== "admin") {
    return (
      <Page title="Users">
        <EmptyState title="For admins only">Ask an admin of your team to change who may do what.</EmptyState>
      </Page>
    );
  }
  return (
    <Page title="Users and invitations" lead="Accounts are made by invitation only.">
      <Stack>
        <InvitationsSection />
        <UsersSection />
      </Stack>
    </Page>
  );
}
