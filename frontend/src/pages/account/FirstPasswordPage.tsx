import { Anchor, Text } from "@mantine/core";
import { Navigate } from "react-router";
import { useSignOut, useUser } from "../../api/session";
import { useStrings } from "../../strings/useStrings";
import { Doorstep } from "./Doorstep";
import { PasswordForm } from "./PasswordForm";

export default function FirstPasswordPage() {
  const { account } = useStrings();
  const user = useUser();
  const signOut = useSignOut();
  if (!user.must_change_password) return <Navigate to="/projects" replace />;
  return (
    <Doorstep
      title={account.choosePassword}
      lead={account.choosePasswordWhy(user.name)}
    >
      <PasswordForm currentLabel={account.givenPassword} onChanged={() => undefined} />
      <Text size="sm" mt="md">
        <Anchor component="button" type="button" onClick={() => signOut.mutate()}>
          {account.signOutInstead}
        </Anchor>
      </Text>
    </Doorstep>
  );
}
