import { SegmentedControl, Text, Tooltip } from "@mantine/core";
import { disagreementByPart } from "../../editor/core/differences";
import { type Points, pointsFromPairs } from "../../editor/core/points";
import type { Assignment } from "../../editor/session/apiTypes";
import { Section } from "../../editor/ui/Section";
import { percent } from "../../strings/format";
import { useStrings } from "../../strings/useStrings";
import classes from "./Differences.module.css";

interface TwoLabelsProps {
  revision: Assignment["revision"];
  author: Assignment["author"];
  other: NonNullable<Assignment["other"]>;
  otherInFront: boolean;
  onFront: (other: boolean) => void;
}

/** Two people's labels of one photo: which one is in front, and how far they are apart. */
export function TwoLabels({ revision, author, other, otherInFront, onFront }: TwoLabelsProps) {
  const { review } = useStrings();
  return (
    <Section title={review.twoLabels}>
      <Text size="xs" c="dimmed" mb={4}>
        {review.inFront}
      </Text>
      <SegmentedControl
        size="xs"
        fullWidth
        // One below the other, so that names have the whole width, and wrap where that is not enough.
        orientation="vertical"
        classNames={{ label: classes.choice }}
        aria-label={review.inFront}
        data-testid="in-front"
        value={otherInFront ? "first" : "second"}
        onChange={(value) => onFront(value === "first")}
        data={[
          { value: "first", label: review.label("first", other.author?.name ?? null) },
          { value: "second", label: review.label("second", author?.name ?? null) },
        ]}
      />
      <Apart one={pointsFromPairs(revision.points)} other={pointsFromPairs(other.revision.points)} />
      <Text size="xs" c="dimmed" mt={6}>
        {review.madeApart}
      </Text>
    </Section>
  );
}

function Apart({ one, other }: { one: Points; other: Points }) {
  const { faceParts, review } = useStrings();
  const apart = disagreementByPart(one, other);
  const worst = Math.max(...apart.slice(1).map(({ nme }) => nme));
  return (
    <table className={classes.table} data-testid="apart">
      <thead>
        <tr>
          <th scope="col">{review.part}</th>
          <th scope="col">
            <Tooltip label={review.apartWhy}>
              <span>{review.apart}</span>
            </Tooltip>
          </th>
        </tr>
      </thead>
      <tbody>
        {apart.map(({ part, nme }) => (
          <tr key={part} data-worst={(part !== null && nme === worst && worst > 0) || undefined}>
            <th scope="row">{part === null ? review.allPoints : faceParts.names[part]}</th>
            <td>{percent(nme)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
