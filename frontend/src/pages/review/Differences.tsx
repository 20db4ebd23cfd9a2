import { Group, SegmentedControl, Text, UnstyledButton } from "@mantine/core";
import { AGAINST, type Against } from "../../editor/comparison";
import type { EditorController } from "../../editor/controller";
import { pointAt } from "../../editor/core/points";
import { ActionTextButton } from "../../editor/ui/ActionButton";
import { Section } from "../../editor/ui/Section";
import { useController } from "../../editor/ui/useController";
import { percent } from "../../strings/format";
import { useStrings } from "../../strings/useStrings";
import classes from "./Differences.module.css";
import type { ComparedMap, Previous } from "./useComparison";

interface DifferencesProps {
  controller: EditorController;
  previous: Previous | null;
  map: ComparedMap;
}

/** What the photo is compared with, and where the two differ: points by distance, pixels by share. */
export function Differences({ controller, previous, map }: DifferencesProps) {
  const { review } = useStrings();
  useController(controller);
  const { comparison } = controller;
  const { against, offered, displacements, differingPixels } = comparison;
  return (
    <Section
      title={review.differences}
      aside={
        against !== null && (
          <Text size="xs" c="dimmed" className="tabular" aria-live="polite" data-testid="points-differ">
            {review.pointsDiffer(displacements.length)}
          </Text>
        )
      }
    >
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={review.compareWith}
        data-testid="compare-with"
        value={against ?? "none"}
        onChange={(value) => comparison.choose(AGAINST.find((each) => each === value) ?? null)}
        data={(["none", ...AGAINST] as const)
          .filter((each) => each !== "other" || offered.includes("other"))
          .map((value) => ({
            value,
            label: review.against[value],
            disabled: value !== "none" && !offered.includes(value),
          }))}
      />
      {against !== null && (
        <>
          {against === "previous" && previous !== null && (
            <Text size="xs" c="dimmed" mt={6}>
              {review.previousIs(previous.number, previous.rejected)}
            </Text>
          )}
          <Displaced controller={controller} against={against} />
          <Text size="xs" c="dimmed" mt={6} data-testid="pixels-differ" aria-live="polite">
            {map === "drawing"
              ? review.drawingMap
              : differingPixels === null
                ? review.noMap
                : review.differingPixels(percent(differingPixels))}
          </Text>
        </>
      )}
    </Section>
  );
}

function Displaced({ controller, against }: { controller: EditorController; against: Against }) {
  const { face, review } = useStrings();
  const { displacements } = controller.comparison;
  if (displacements.length === 0) return null;
  return (
    <>
      <ol className={classes.list} key={against}>
        {displacements.map(({ index, distance }) => (
          <li key={index}>
            <UnstyledButton
              className={classes.row}
              data-selected={controller.selected === index || undefined}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => {
                controller.select(index);
                controller.stage?.lookAt(...pointAt(controller.document.live, index));
              }}
            >
              <span className={classes.name}>
                {index} · {face.point(index)}
              </span>
              <span className={classes.distance}>{review.pixels(distance.toFixed(1))}</span>
            </UnstyledButton>
          </li>
        ))}
      </ol>
      <Group mt={6} grow>
        <ActionTextButton id="next-difference" variant="default">
          {review.nextDifference}
        </ActionTextButton>
      </Group>
    </>
  );
}
