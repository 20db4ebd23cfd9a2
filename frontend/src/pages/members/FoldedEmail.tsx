import { type MantineBreakpoint, Text } from "@mantine/core";

interface FoldedEmailProps {
  /** From this width on the table has a column for it. */
  hiddenFrom: MantineBreakpoint;
  children: string;
}

/** A person's e-mail address below their name, where the table is too narrow for both in a line. */
export function FoldedEmail({ hiddenFrom, children }: FoldedEmailProps) {
  return (
    <Text size="xs" c="dimmed" hiddenFrom={hiddenFrom} style={{ overflowWrap: "anywhere" }}>
      {children}
    </Text>
  );
}
