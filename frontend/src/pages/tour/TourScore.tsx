import { Button, Group, Text, UnstyledButton } from "@mantine/core";
import { useEffect } from "react";
import type { TwoPlaces } from "../../editor/canvas/drawMerge";
import type { EditorController } from "../../editor/controller";
import { pointAt } from "../../editor/core/points";
import { Section } from "../../editor/ui/Section";
import { useController } from "../../editor/ui/useController";
import { percent } from "../../strings/format";
import { useStrings } from "../../strings/useStrings";
import { TRUE_POINTS } from "./practiceFace";
import { errorOf, RIGHT_WITHIN, scoreOf } from "./score";
import classes from "./Tour.module.css";

interface TourScoreProps {
  controller: EditorController;
  onAgain: () => void;
  onLeave: () => void;
}

/**
 * How near the points come to the truth, which of them are off, and on the photo the true places beside them. Whoever
 * moves one sees the score follow.
 */
export function TourScore({ controller, onAgain, onLeave }: TourScoreProps) {
  const { face, tour } = useStrings();
  useController(controller);
  const { points, visibility, initial, base, operations } = controller.document;
  const score = scoreOf(points, visibility);
  const before = scoreOf(initial, base.visibility);

  const edits = operations.length;
  useEffect(() => {
    const { points, visibility } = controller.document;
    const differences = scoreOf(points, visibility).off.map((index): TwoPlaces => {
      const [[x, y], [trueX, trueY]] = [pointAt(points, index), pointAt(TRUE_POINTS, index)];
      return { index, mine: { x, y }, theirs: { x: trueX, y: trueY } };
    });
    controller.showMerge({ differences, sideOf: () => "theirs" });
    return () => controller.showMerge(null);
  }, [controller, edits]);

  const show = (index: number) => {
    controller.select(index);
    controller.stage?.lookAt(...pointAt(TRUE_POINTS, index));
  };
  return (
    <Section title={tour.score}>
      <div role="status" data-testid="tour-score" data-right={score.right}>
        <Text size="xl" fw={600} className="tabular">
          {tour.right(score.right, visibility.length)}
        </Text>
        <Text size="xs" c="dimmed">
          {tour.rightWithin(percent(RIGHT_WITHIN, 0), before.right)}
        </Text>
        <Text size="sm" mt={6} className="tabular">
          {tour.meanError(percent(score.meanError), percent(before.meanError))}
        </Text>
        {score.off.length === 0 && (
          <Text size="sm" mt={6}>
            {tour.allRight}
          </Text>
        )}
      </div>
      {score.off.length > 0 && (
        <>
          <Text size="sm" mt={6}>
            {tour.off}
          </Text>
          <PointList indices={score.off} textOf={(index) => percent(errorOf(points, index))} onShow={show} />
        </>
      )}
      {score.misjudged.length > 0 && (
        <>
          <Text size="sm" mt={6}>
            {tour.misjudged}
          </Text>
          <PointList indices={score.misjudged} textOf={(index) => face.visibility[visibility[index] as 0 | 1 | 2]} onShow={show} />
        </>
      )}
      <Text size="xs" c="dimmed" mt={8}>
        {tour.notSent}
      </Text>
      <Group gap={8} grow mt={8}>
        <Button size="xs" variant="default" onClick={onAgain}>
          {tour.again}
        </Button>
        <Button size="xs" onClick={onLeave} data-testid="tour-finish">
          {tour.finish}
        </Button>
      </Group>
    </Section>
  );
}

/** As many as one can read at a glance; the photo shows them all. */
const LISTED = 6;

interface PointListProps {
  indices: readonly number[];
  textOf: (index: number) => string;
  onShow: (index: number) => void;
}

function PointList({ indices, textOf, onShow }: PointListProps) {
  const { editor, face, faceParts } = useStrings();
  return (
    <ul className={classes.points}>
      {indices.slice(0, LISTED).map((index) => (
        <li key={index}>
          <UnstyledButton className={classes.point} onMouseDown={(event) => event.preventDefault()} onClick={() => onShow(index)}>
            <span>{editor.pointNamed(index, face.point(index))}</span>
            <span className="tabular">{textOf(index)}</span>
          </UnstyledButton>
        </li>
      ))}
      {indices.length > LISTED && (
        <li>
          <Text size="xs" c="dimmed">
            {faceParts.more(indices.length - LISTED)}
          </Text>
        </li>
      )}
    </ul>
  );
}
