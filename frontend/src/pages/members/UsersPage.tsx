import { Stack } from "@mantine/core";
import { useStrings } from "../../strings/useStrings";
import { ForRole } from "../../ui/ForRole";
import { Page } from "../../ui/Page";
import { InvitationsSection } from "./InvitationsSection";
import { UsersSection } from "./UsersSection";

export default function UsersPage() {
  const { members } = useStrings();
  return (
    <ForRole needs="admin" title={members.users} instead={members.forAdminsWhat}>
      <Page title={members.usersAndInvitations} lead={members.byInvitationOnly}>
        <Stack>
          <InvitationsSection />
          <UsersSection />
        </Stack>
      </Page>
    </ForRole>
  );
}
