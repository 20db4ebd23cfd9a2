import { Text } from "@mantine/core";
import { useStrings } from "../../strings/useStrings";
import { ConfirmButton } from "../../ui/ConfirmButton";
import { Section } from "../../editor/ui/Section";

/** Leaves the photo to a second annotator before it is judged. */
export function AskSecondLabel({ onAsk }: { onAsk: () => void }) {
  const { review } = useStrings();
  return (
    <Section title={review.twoLabels}>
      <Text size="xs" c="dimmed" mb={6}>
        {review.askSecondWhy}
      </Text>
      <ConfirmButton label={review.askSecond} confirmLabel={review.askSecondSure} onConfirm={onAsk} />
    </Section>
  );
}
