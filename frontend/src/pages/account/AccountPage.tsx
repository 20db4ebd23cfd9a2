import { Paper, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useUser } from "../../api/session";
import { useStrings } from "../../strings/useStrings";
import { Page } from "../../ui/Page";
import { PasswordForm } from "./PasswordForm";
import { TokensSection } from "./TokensSection";

export default function AccountPage() {
  const { account, app, ui } = useStrings();
  const user = useUser();
  return (
    <Page title={app.account} lead={`${user.name} · ${user.email} · ${ui.roles[user.role]}`}>
      <Stack>
        <Paper>
          <Title order={2} mb="xs">
            {ui.password}
          </Title>
          <Text size="sm" c="dimmed" mb="sm">
            {account.passwordChangeEffect}
          </Text>
          <div style={{ maxWidth: 360 }}>
            <PasswordForm onChanged={() => notifications.show({ message: account.passwordChanged })} />
          </div>
        </Paper>
        <TokensSection />
      </Stack>
    </Page>
  );
}
