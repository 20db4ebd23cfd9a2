import { Anchor, Badge, Button, Drawer, Group, SegmentedControl, Stack, Table, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import type { Strings } from "../../strings/strings";
import { useStrings } from "../../strings/useStrings";
import { PALETTE } from "../canvas/palette";
import type { EditorController } from "../controller";
import { isConflict, isToChoose, type Place, type PointDifference, proposedSide, type Side } from "../core/merge";
import classes from "./MergeDialog.module.css";
import { useController } from "./useController";

interface MergeDialogProps {
  controller: EditorController;
  differences: readonly PointDifference[];
  /** The revision that was saved meanwhile, and by whom. */
  theirs: { revision: number; author: string | null };
  onSettle: (sideOf: (index: number) => Side) => void;
}

/** Two versions of one face: every point on which they differ, and which of the two goes on. */
export function MergeDialog({ controller, differences, theirs, onSettle }: MergeDialogProps) {
  const strings = useStrings();
  const { editor, face } = strings;
  const [sides, setSides] = useState<ReadonlyMap<number, Side>>(
    () => new Map(differences.map((each) => [each.index, proposedSide(each)])),
  );
  const setAll = (side: Side) => setSides(new Map(differences.map(({ index }) => [index, side])));
  const conflicts = differences.filter(isConflict).length;
  const asked = differences.filter(isToChoose);
  useController(controller);
  useEffect(() => {
    const sideOf = (index: number): Side => sides.get(index) ?? "theirs";
    controller.showMerge({ differences: differences.filter(isToChoose), sideOf });
    return () => controller.showMerge(null);
  }, [controller, differences, sides]);
  const show = ({ index, mine, theirs: other }: PointDifference) => {
    controller.select(index);
    controller.stage?.lookAt((mine.x + other.x) / 2, (mine.y + other.y) / 2);
  };
  return (
    // It stands beside the photo, which shows both versions: to judge them one may zoom and move it.
    <Drawer
      opened
      position="right"
      withOverlay={false}
      lockScroll={false}
      trapFocus={false}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={editor.savedMeanwhile(theirs.revision)}
      size={560}
    >
      <Stack gap="sm">
        <Text size="sm">{editor.differ(theirs.author, asked.length, conflicts)}</Text>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => setAll("mine")}>
            {editor.keepMine}
          </Button>
          <Button size="xs" variant="default" onClick={() => setAll("theirs")}>
            {editor.takeTheirs}
          </Button>
        </Group>
        <Table.ScrollContainer minWidth={500} mah="calc(100dvh - 260px)" type="native">
          <Table stickyHeader className="tabular" fz="xs" verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{editor.point}</Table.Th>
                <Table.Th>
                  <Swatch side="mine" />
                  {editor.mine}
                </Table.Th>
                <Table.Th>
                  <Swatch side="theirs" />
                  {editor.theirs}
                </Table.Th>
                <Table.Th>{editor.goesOn}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {asked.map((each) => (
                <Table.Tr
                  key={each.index}
                  className={classes.row}
                  data-selected={controller.selected === each.index || undefined}
                  onClick={() => show(each)}
                >
                  <Table.Td>
                    <Anchor component="button" type="button" c="inherit" size="xs" ta="left" onClick={() => show(each)}>
                      {each.index} · {face.point(each.index)}
                    </Anchor>{" "}
                    {isConflict(each) && (
                      <Badge size="xs" color="orange" variant="light">
                        {editor.bothChanged}
                      </Badge>
                    )}
                  </Table.Td>
                  <Table.Td className={classes.place}>{describePlace(each.mine, each, strings)}</Table.Td>
                  <Table.Td className={classes.place}>{describePlace(each.theirs, each, strings)}</Table.Td>
                  <Table.Td>
                    <SegmentedControl
                      size="xs"
                      aria-label={editor.pointNumber(each.index)}
                      value={sides.get(each.index)}
                      onChange={(side) => setSides(new Map(sides).set(each.index, side))}
                      data={[
                        { value: "mine", label: editor.mine },
                        { value: "theirs", label: editor.theirs },
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
            {editor.goOnWithThese}
          </Button>
        </Group>
      </Stack>
    </Drawer>
  );
}

/** The colour that a version has on the photo. */
function Swatch({ side }: { side: Side }) {
  return <span className={classes.swatch} style={{ background: PALETTE[side] }} aria-hidden />;
}

function describePlace(
  place: Place,
  { base, mine, theirs }: PointDifference,
  { editor, face }: Strings,
): string {
  const moved = Math.hypot(place.x - base.x, place.y - base.y);
  const at = `${place.x.toFixed(1)}, ${place.y.toFixed(1)}`;
  const seen = mine.visibility === theirs.visibility ? "" : ` · ${face.visibility[place.visibility]}`;
  return moved > 0.01 ? editor.moved(at, moved.toFixed(1)) + seen : editor.notMoved(at) + seen;
}
