import { Badge, Button, ScrollArea, Table } from "@mantine/core";
import { useState } from "react";
import { useStrings } from "../../strings/useStrings";
import type { FileNote } from "./files";

const COLOR: Readonly<Record<FileNote["outcome"], string>> = {
  refused: "red",
  duplicate: "gray",
  failed: "orange",
  "passed-over": "gray",
};
const ORDER: Readonly<Record<FileNote["outcome"], number>> = { failed: 0, refused: 1, "passed-over": 2, duplicate: 3 };
const SHOWN = 200;

/** Files that were not imported, by name, each with the reason; faults first. */
export function NotesTable({ notes }: { notes: readonly FileNote[] }) {
  const { imports } = useStrings();
  const [all, setAll] = useState(false);
  if (notes.length === 0) return null;
  const sorted = [...notes].sort((a, b) => ORDER[a.outcome] - ORDER[b.outcome]);
  const shown = all ? sorted : sorted.slice(0, SHOWN);
  return (
    <>
      <ScrollArea.Autosize mah={320} type="auto">
        <Table stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="34%">{imports.file}</Table.Th>
              <Table.Th w={124}>{imports.outcome}</Table.Th>
              <Table.Th>{imports.reason}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((note, index) => (
              // The list only grows at its end, and one name may come twice.
              <Table.Tr key={index}>
                <Table.Td style={{ overflowWrap: "anywhere" }}>{note.path}</Table.Td>
                <Table.Td>
                  <Badge color={COLOR[note.outcome]}>{imports.outcomes[note.outcome]}</Badge>
                </Table.Td>
                <Table.Td>{note.reason}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
      {shown.length < notes.length && (
        <Button size="xs" variant="subtle" onClick={() => setAll(true)}>
          {imports.showAll(notes.length)}
        </Button>
      )}
    </>
  );
}
