import { Alert, Button, Code, CopyButton, Group, Text } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useStrings } from "../strings/useStrings";

/** A secret that the server shows this one time, with a button that copies it. */
export function CopyOnce({ title, value }: { title: string; value: string }) {
  const { ui } = useStrings();
  return (
    <Alert title={title} color="facet">
      <Text size="sm" mb="xs">
        {ui.shownOnce}
      </Text>
      <Group gap="xs" wrap="nowrap">
        <Code block style={{ flex: 1, overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
          {value}
        </Code>
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Button
              onClick={copy}
              leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
            >
              {copied ? ui.copied : ui.copy}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Alert>
  );
}
