import { Button, Group, Select, Text } from "@mantine/core";
import { useState } from "react";
import type { Disagreement } from "../../api/types";
import { useSecondOpinion } from "../../app/queries/baselines";
import { coloursOf, cssColour } from "../../editor/canvas/categoryColours";
import type { EditorController } from "../../editor/controller";
import { Section } from "../../editor/ui/Section";
import { useController } from "../../editor/ui/useController";
import { percent } from "../../strings/format";
import { useStrings } from "../../strings/useStrings";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { furthestApart } from "./furthestApart";
import { isReviewOrder, loadReviewOrder, REVIEW_ORDERS, storeReviewOrder } from "./reviewOrder";
import classes from "./SecondOpinion.module.css";

interface SecondOpinionProps {
  controller: EditorController;
  projectId: number;
  taskId: number;
}

/** Where the baseline would have drawn another map: a hint where to look first, not a verdict. */
export function SecondOpinion({ controller, projectId, taskId }: SecondOpinionProps) {
  const { baselines: strings } = useStrings();
  const opinion = useSecondOpinion(projectId, taskId);
  const [order, setOrder] = useState(loadReviewOrder);
  const disagreement = opinion.data?.disagreement ?? null;
  return (
    <Section title={strings.secondOpinion}>
      <ProblemAlert error={opinion.error} onRetry={() => void opinion.refetch()} />
      {opinion.isSuccess && disagreement === null && (
        <Text size="xs" c="dimmed">
          {strings.notAsked}
        </Text>
      )}
      {disagreement && (
        <>
          <Text size="xs" className="tabular" data-testid="disagreement">
            {strings.differs(percent(disagreement.share), disagreement.baseline_number)}
          </Text>
          <Categories controller={controller} disagreement={disagreement} />
        </>
      )}
      <Select
        mt={8}
        size="xs"
        aria-label={strings.next}
        value={order}
        onChange={(value) => {
          if (!isReviewOrder(value)) return;
          setOrder(value);
          storeReviewOrder(value);
        }}
        data={REVIEW_ORDERS.map((each) => ({ value: each, label: strings.orders[each] }))}
      />
    </Section>
  );
}

function Categories({ controller, disagreement }: { controller: EditorController; disagreement: Disagreement }) {
  const { baselines: strings, face } = useStrings();
  const colours = coloursOf(useController(controller).view.palette);
  const { worst } = disagreement;
  const [x, y] = disagreement.place ?? [];
  const shown = furthestApart(disagreement);
  if (shown.length === 0) {
    return (
      <Text size="xs" c="dimmed">
        {strings.asUsual}
      </Text>
    );
  }
  return (
    <>
      <table className={classes.table} aria-label={strings.byPart}>
        <thead>
          <tr>
            <th scope="col">{strings.part}</th>
            <th scope="col">{strings.here}</th>
            <th scope="col">{strings.usually}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ category, share, usual }) => (
            <tr key={category} data-worst={category === worst || undefined}>
              <th scope="row">
                <span className={classes.swatch} style={{ background: cssColour(colours[category]) }} aria-hidden />
                {face.category(category)}
              </th>
              <td>{percent(share, 0)}</td>
              <td>{percent(usual, 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {worst !== null && x !== undefined && y !== undefined && (
        <Group mt={6}>
          <Button
            fullWidth
            size="compact-xs"
            variant="default"
            onClick={() => {
              controller.setView({ labelMap: true });
              controller.markPlace([x, y]);
              controller.stage?.lookAt(x, y);
            }}
          >
            {strings.lookAt(face.category(worst))}
          </Button>
        </Group>
      )}
    </>
  );
}
