import { Anchor, Modal, Text } from "@mantine/core";
import { useStrings } from "../strings/useStrings";
import { CredentialsForm } from "../ui/CredentialsForm";

/** Over the page on which a session ended: whoever it was signs in again and goes on where they are. */
export function SignInDialog({ opened, email }: { opened: boolean; email: string }) {
  const { app } = useStrings();
  return (
    <Modal
      opened={opened}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      title={app.sessionEnded}
    >
      <Text size="sm" c="dimmed" mb="md">
        {app.sessionEndedWhat}
      </Text>
      <CredentialsForm email={email} />
      <Text size="sm" mt="md">
        {app.notYou} <Anchor href="/login">{app.signInAsOther}</Anchor>
      </Text>
    </Modal>
  );
}
