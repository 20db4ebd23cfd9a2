import { Button, Group, PasswordInput, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useChangePassword } from "../../app/queries/account";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { passwordProblem } from "./password";

interface PasswordFormProps {
  currentLabel?: string;
  onChanged: () => void;
}

export function PasswordForm({ currentLabel = "Current password", onChanged }: PasswordFormProps) {
  const change = useChangePassword();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { current: "", next: "", again: "" },
    validate: {
      current: (value) => (value ? null : "Enter the password that you signed in with"),
      next: passwordProblem,
      again: (value, values) => (value === values.next ? null : "The two entries differ"),
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
          label={currentLabel}
          autoComplete="current-password"
          key={form.key("current")}
          {...form.getInputProps("current")}
        />
        <PasswordInput
          label="New password"
          autoComplete="new-password"
          key={form.key("next")}
          {...form.getInputProps("next")}
        />
        <PasswordInput
          label="New password again"
          autoComplete="new-password"
          key={form.key("again")}
          {...form.getInputProps("again")}
        />
        <Group>
          <Button type="submit" loading={change.isPending}>
            Change the password
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
