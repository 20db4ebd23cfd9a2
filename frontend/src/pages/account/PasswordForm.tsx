import { Button, Group, PasswordInput, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useChangePassword } from "../../app/queries/account";
import { useStrings } from "../../strings/useStrings";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { passwordProblem } from "./password";

interface PasswordFormProps {
  currentLabel?: string;
  onChanged: () => void;
}

export function PasswordForm({ currentLabel, onChanged }: PasswordFormProps) {
  const { account } = useStrings();
  const change = useChangePassword();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { current: "", next: "", again: "" },
    validate: {
      current: (value) => (value ? null : account.enterCurrentPassword),
      next: passwordProblem,
      again: (value, values) => (value === values.next ? null : account.entriesDiffer),
    },
  });
  return (
    <form
      onSubmit={form.onSubmit(({ current, next }) =>
        change.mutate(
          { current_password: current, new_password: next },
          {
            onSuccess: () => {
              form.reset();
              onChanged();
            },
          },
        ),
      )}
    >
      <Stack>
        <ProblemAlert error={change.error} />
        <PasswordInput
          label={currentLabel ?? account.currentPassword}
          autoComplete="current-password"
          key={form.key("current")}
          {...form.getInputProps("current")}
        />
        <PasswordInput
          label={account.newPassword}
          autoComplete="new-password"
          key={form.key("next")}
          {...form.getInputProps("next")}
        />
        <PasswordInput
          label={account.newPasswordAgain}
          autoComplete="new-password"
          key={form.key("again")}
          {...form.getInputProps("again")}
        />
        <Group>
          <Button type="submit" loading={change.isPending}>
            {account.changePassword}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
