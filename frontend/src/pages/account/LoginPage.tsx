import { Text } from "@mantine/core";
import { Navigate, useSearchParams } from "react-router";
import { useSession } from "../../api/session";
import { localPath } from "../../app/returning";
import { useStrings } from "../../strings/useStrings";
import { CredentialsForm } from "../../ui/CredentialsForm";
import { Doorstep } from "./Doorstep";

export default function LoginPage() {
  const { account, ui } = useStrings();
  const [search] = useSearchParams();
  const session = useSession();
  if (session.data?.user) return <Navigate to={localPath(search.get("next"))} replace />;
  return (
    <Doorstep title={ui.signIn}>
      <CredentialsForm />
      <Text size="xs" c="dimmed" mt="md">
        {account.noAccount}
      </Text>
    </Doorstep>
  );
}
