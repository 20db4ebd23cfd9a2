import { Stack } from "@mantine/core";
import { useUser } from "../../api/session";
import { useStrings } from "../../strings/useStrings";
import { EmptyState } from "../../ui/EmptyState";
import { Page } from "../../ui/Page";
import { InvitationsSection } from "./InvitationsSection";
import { UsersSection } from "./UsersSection";

export default function UsersPage() {
  const { members } = useStrings();
  const user = useUser();
  if (user.role !== "admin") {
    return (
      <Page title={members.users}>
        <EmptyState title={members.forAdmins}>{members.forAdminsWhat}</EmptyState>
      </Page>
    );
  }
  return (
    <Page title={members.usersAndInvitations} lead={members.byInvitationOnly}>
      <Stack>
        <InvitationsSection />
        <UsersSection />
      </Stack>
    </Page>
  );
}
