import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useSignIn } from "../api/session";
import { useStrings } from "../strings/useStrings";
import { ProblemAlert } from "./ProblemAlert";

interface CredentialsFormProps {
  /** Fixes the e-mail address, when it is known who must sign in. */
  email?: string;
  onSignedIn?: () => void;
}

/** E-mail, password, and the sign-in itself; used by the sign-in page and by the dialog over an open page. */
export function CredentialsForm({ email = "", onSignedIn }: CredentialsFormProps) {
  const { ui } = useStrings();
  const signIn = useSignIn();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { email, password: "" },
    validate: {
      email: (value) => (value.trim() ? null : ui.enterEmail),
      password: (value) => (value ? null : ui.enterPassword),
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => signIn.mutate(values, { onSuccess: onSignedIn }))}>
      <Stack>
        <ProblemAlert error={signIn.error} />
        <TextInput
          label={ui.email}
          type="email"
          autoComplete="username"
          readOnly={email !== ""}
          data-autofocus={email ? undefined : true}
          key={form.key("email")}
          {...form.getInputProps("email")}
        />
        <PasswordInput
          label={ui.password}
          autoComplete="current-password"
          data-autofocus={email ? true : undefined}
          key={form.key("password")}
          {...form.getInputProps("password")}
        />
        <Button type="submit" loading={signIn.isPending}>
          {ui.signIn}
        </Button>
      </Stack>
    </form>
  );
}
