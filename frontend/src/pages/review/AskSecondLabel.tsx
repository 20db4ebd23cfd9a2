import { Button, Text } from "@mantine/core";
import { useState } from "react";
import { Section } from "../../editor/ui/Section";
import { useStrings } from "../../strings/useStrings";
import classes from "./AskSecondLabel.module.css";

/** Leaves the photo to a second annotator before it is judged: it takes somebody's time, so a second press confirms. */
export function AskSecondLabel({ onAsk }: { onAsk: () => void }) {
  const { review } = useStrings();
  const [sure, setSure] = useState(false);
  return (
    <Section title={review.twoLabels}>
      <Text size="xs" c="dimmed" mb={6}>
        {review.askSecondWhy}
      </Text>
      <Button
        fullWidth
        size="compact-xs"
        classNames={{ root: classes.ask, label: classes.words }}
        variant={sure ? "filled" : "default"}
        onBlur={() => setSure(false)}
        onClick={() => {
          if (sure) onAsk();
          setSure(!sure);
        }}
      >
        {sure ? review.askSecondSure : review.askSecond}
      </Button>
    </Section>
  );
}
