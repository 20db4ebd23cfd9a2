import { Badge, Button, Group, Modal, SegmentedControl, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import { POINTS } from "../../schema/schema.generated";
import { isConflict, isToChoose, type Place, type PointDifference, proposedSide, type Side } from "../core/merge";
import classes from "./MergeDialog.module.css";
import { VISIBILITY_NAMES } from "./names";

interface MergeDialogProps {
  differences: readonly PointDifference[];
  /** The revision that was saved meanwhile, and by whom. */
  theirs: { revision: number; author: string | null };
  onSettle: (sideOf: (index: number) => Side) => void;
}

/** Two versions of one face: every point on which they differ, and which of the two goes on. */
export function MergeDialog({ differences, theirs, onSettle }: MergeDialogProps) {
  const [sides, setSides] = useState<ReadonlyMap<number, Side>>(
    () => new Map(differences.map((each) => [each.index, proposedSide(each)])),
  );
  const setAll = (side: Side) => setSides(new Map(differences.map(({ index }) => [index, side])));
  const conflicts = differences.filter(isConflict).length;
  const asked = differences.filter(isToChoose);
  const author = theirs.author ?? "somebody else";
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={`Revision ${theirs.revision} was saved while you were working`}
      size={760}
    >
      <Stack gap="sm">
        <Text size="sm">
          It is by {author}. Your version and theirs differ in {count(asked.length, "point")}
          {conflicts > 0 ? `; both of you changed ${conflicts === asked.length ? "all of them" : conflicts}` : ""}.
          Nothing is overwritten until you choose.
        </Text>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => setAll("mine")}>
            Keep all of mine
          </Button>
          <Button size="xs" variant="default" onClick={() => setAll("theirs")}>
            Take all of theirs
          </Button>
        </Group>
        <Table.ScrollContainer minWidth={640} mah={360} type="native">
          <Table stickyHeader className="tabular" fz="xs" verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Point</Table.Th>
                <Table.Th>Mine</Table.Th>
                <Table.Th>Theirs</Table.Th>
                <Table.Th>Goes on</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {asked.map((each) => (
                <Table.Tr key={each.index}>
                  <Table.Td>
                    {each.index} · {POINTS[each.index]?.name}{" "}
                    {isConflict(each) && (
                      <Badge size="xs" color="orange" variant="light">
                        both changed
                      </Badge>
                    )}
                  </Table.Td>
                  <Table.Td className={classes.place}>{describePlace(each.mine, each)}</Table.Td>
                  <Table.Td className={classes.place}>{describePlace(each.theirs, each)}</Table.Td>
                  <Table.Td>
                    <SegmentedControl
                      size="xs"
                      aria-label={`Point ${each.index}`}
                      value={sides.get(each.index)}
                      onChange={(side) => setSides(new Map(sides).set(each.index, side))}
                      data={[
                        { value: "mine", label: "Mine" },
                        { value: "theirs", label: "Theirs" },
                      ]}
                    />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        <Group justify="flex-end">
          <Button data-autofocus data-testid="btn-merge" onClick={() => onSettle((index) => sides.get(index) ?? "theirs")}>
            Go on with these
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function describePlace(place: Place, { base, mine, theirs }: PointDifference): string {
  const moved = Math.hypot(place.x - base.x, place.y - base.y);
  const at = `${place.x.toFixed(1)}, ${place.y.toFixed(1)}`;
  const seen = mine.visibility === theirs.visibility ? "" : ` · ${VISIBILITY_NAMES[place.visibility]}`;
  return moved > 0.01 ? `${at} (moved ${moved.toFixed(1)} px)${seen}` : `${at} (not moved)${seen}`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
