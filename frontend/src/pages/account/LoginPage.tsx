import { Text } from "@mantine/core";
import { Navigate, useSearchParams } from "react-router";
import { useSession } from "../../api/session";
import { CredentialsForm } from "../../ui/CredentialsForm";
import { Doorstep } from "./Doorstep";

export default function LoginPage() {
  const [search] = useSearchParams();
  const session = useSession();
  if (session.data?.user) return <Navigate to={localPath(search.get("next"))} replace />;
  return (
    <Doorstep title="Sign in">
      <CredentialsForm />
      <Text size="xs" c="dimmed" mt="md">
        No account yet? Accounts are made by invitation; ask an admin of your team for a link.
      </Text>
    </Doorstep>
  );
}

/** Only paths of this application are followed, never an address that a link smuggled in. */
function localPath(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : "/projects";
}
