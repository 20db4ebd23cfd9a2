import { Anchor, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "react-router";
import { api, must } from "../../api/client";
import { adoptSession } from "../../api/session";
import type { InvitationPreview } from "../../api/types";
import { dateTime } from "../../strings/format";
import { useStrings } from "../../strings/useStrings";
import { Loading } from "../../ui/Loading";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { Doorstep } from "./Doorstep";
import { passwordProblem } from "./password";

export default function JoinPage() {
  const { account } = useStrings();
  const { token = "" } = useParams();
  const invitation = useQuery({
    queryKey: ["join", token],
    queryFn: () => must(api.GET("/api/v1/join/{token}", { params: { path: { token } } })),
    // Accepting it uses the link up: asked again, the server would say that it cannot be used, and so would this page.
    staleTime: "static",
  });
  if (invitation.isPending) return <Loading />;
  if (invitation.error) {
    return (
      <Doorstep title={account.invitationUnusable}>
        <Stack>
          <ProblemAlert error={invitation.error} onRetry={() => void invitation.refetch()} />
          <Anchor href="/login" size="sm">
            {account.haveAccount}
          </Anchor>
        </Stack>
      </Doorstep>
    );
  }
  return <JoinForm token={token} invitation={invitation.data} />;
}

function JoinForm({ token, invitation }: { token: string; invitation: InvitationPreview }) {
  const { account, ui } = useStrings();
  const client = useQueryClient();
  const navigate = useNavigate();
  const join = useMutation({
    mutationFn: (body: { email: string; name: string; password: string }) =>
      must(api.POST("/api/v1/join/{token}", { params: { path: { token } }, body })),
    onSuccess: (session) => {
      adoptSession(client, session);
      void navigate("/projects", { replace: true });
    },
  });
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { email: invitation.email ?? "", name: "", password: "" },
    validate: {
      email: (value) => (value.includes("@") ? null : ui.enterEmail),
      name: (value) => (value.trim() ? null : account.enterName),
      password: passwordProblem,
    },
  });
  return (
    <Doorstep
      title={account.join}
      lead={account.invitedAs(ui.roles[invitation.role], invitation.projects, dateTime(invitation.expires_at))}
    >
      <form onSubmit={form.onSubmit((values) => join.mutate(values))}>
        <Stack>
          <ProblemAlert error={join.error} />
          <TextInput label={ui.personName} autoComplete="name" key={form.key("name")} {...form.getInputProps("name")} />
          <TextInput
            label={ui.email}
            type="email"
            autoComplete="username"
            readOnly={Boolean(invitation.email)}
            key={form.key("email")}
            {...form.getInputProps("email")}
          />
          <PasswordInput
            label={ui.password}
            autoComplete="new-password"
            key={form.key("password")}
            {...form.getInputProps("password")}
          />
          <Button type="submit" loading={join.isPending}>
            {account.makeAccount}
          </Button>
        </Stack>
      </form>
    </Doorstep>
  );
}
