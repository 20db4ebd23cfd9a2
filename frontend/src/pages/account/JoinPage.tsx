import { Anchor, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "react-router";
import { api, must } from "../../api/client";
import { adoptSession } from "../../api/session";
import type { InvitationPreview } from "../../api/types";
import { dateTime } from "../../strings/format";
import { Loading } from "../../ui/Loading";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { Doorstep } from "./Doorstep";
import { passwordProblem } from "./password";

export default function JoinPage() {
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
      <Doorstep title="This invitation cannot be used">
        <Stack>
          <ProblemAlert error={invitation.error} onRetry={() => void invitation.refetch()} />
          <Anchor href="/login" size="sm">
            I have an account: sign in
          </Anchor>
        </Stack>
      </Doorstep>
    );
  }
  return <JoinForm token={token} invitation={invitation.data} />;
}

function JoinForm({ token, invitation }: { token: string; invitation: InvitationPreview }) {
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
      email: (value) => (value.includes("@") ? null : "Enter your e-mail address"),
      name: (value) => (value.trim() ? null : "Enter your name; your team sees it beside your work"),
      password: passwordProblem,
    },
  });
  const where = invitation.projects.length > 0 ? ` in ${invitation.projects.join(", ")}` : "";
  return (
    <Doorstep
      title="Join your team"
      lead={`You are invited as ${invitation.role}${where}. The link works until ${dateTime(invitation.expires_at)}.`}
    >
      <form onSubmit={form.onSubmit((values) => join.mutate(values))}>
        <Stack>
          <ProblemAlert error={join.error} />
          <TextInput label="Name" autoComplete="name" key={form.key("name")} {...form.getInputProps("name")} />
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            readOnly={Boolean(invitation.email)}
            key={form.key("email")}
            {...form.getInputProps("email")}
          />
          <PasswordInput
            label="Password"
            autoComplete="new-password"
            key={form.key("password")}
            {...form.getInputProps("password")}
          />
          <Button type="submit" loading={join.isPending}>
            Make my account
          </Button>
        </Stack>
      </form>
    </Doorstep>
  );
}
