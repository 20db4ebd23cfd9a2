import { Anchor, Text } from "@mantine/core";
import { Navigate } from "react-router";
import { useSignOut, useUser } from "../../api/session";
import { Doorstep } from "./Doorstep";
import { PasswordForm } from "./PasswordForm";

export default function FirstPasswordPage() {
  const user = useUser();
  const signOut = useSignOut();
  if (!user.must_change_password) return <Navigate to="/projects" replace />;
  return (
    <Doorstep
      title="Choose your password"
      lead={`Welcome, ${user.name}. The password that you were given works only this once; choose your own to go on.`}
    >
      <PasswordForm currentLabel="The password you were given" onChanged={() => undefined} />
      <Text size="sm" mt="md">
        <Anchor component="button" type="button" onClick={() => signOut.mutate()}>
          Sign out instead
        </Anchor>
      </Text>
    </Doorstep>
  );
}
