import { Paper, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useUser } from "../../api/session";
import { Page } from "../../ui/Page";
import { PasswordForm } from "./PasswordForm";
import { TokensSection } from "./TokensSection";

export default function AccountPage() {
  const user = useUser();
  return (
    <Page title="Account" lead={`${user.name} · ${user.email} · ${user.role}`}>
      <Stack>
        <Paper>
          <Title order={2} mb="xs">
            Password
          </Title>
          <Text size="sm" c="dimmed" mb="sm">
            Changing it signs you out on all other devices.
          </Text>
          <div style={{ maxWidth: 360 }}>
            <PasswordForm onChanged={() => notifications.show({ message: "The password has been changed." })} />
          </div>
        </Paper>
        <TokensSection />
      </Stack>
    </Page>
  );
}
