import { Center, Group, Paper, Text, Title } from "@mantine/core";
import { useEffect, type ReactNode } from "react";
import { LanguageMenu } from "../../app/LanguageMenu";

/** The small centred card of the pages before the door: sign-in, joining, the first password. */
export function Doorstep({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Facet`;
  }, [title]);
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper p="xl" w="100%" maw={400}>
        <Group justify="space-between" mb="lg">
          <Group gap={8}>
            <img src="/facet.svg" alt="" width={24} height={24} />
            <Text fw={600}>Facet</Text>
          </Group>
          <LanguageMenu />
        </Group>
        <Title order={1} mb={lead ? 4 : "md"}>
          {title}
        </Title>
        {lead && (
          <Text size="sm" c="dimmed" mb="md">
            {lead}
          </Text>
        )}
        {children}
      </Paper>
    </Center>
  );
}
