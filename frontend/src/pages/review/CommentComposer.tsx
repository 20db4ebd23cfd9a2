import { Button, Group, Text, Textarea } from "@mantine/core";
import type { RefObject } from "react";
import type { EditorController } from "../../editor/controller";
import { useController } from "../../editor/ui/useController";
import { useStrings } from "../../strings/useStrings";

interface CommentComposerProps {
  controller: EditorController;
  box: RefObject<HTMLTextAreaElement | null>;
  text: string;
  hint: string | null;
  onChange: (text: string) => void;
  onAdd: () => void;
}

/** Writes a comment about whatever is selected on the photo. */
export function CommentComposer({ controller, box, text, hint, onChange, onAdd }: CommentComposerProps) {
  const { face, review } = useStrings();
  const { selected, place } = useController(controller);
  const about =
    selected !== null
      ? review.aboutPoint(selected, face.point(selected))
      : place !== null
        ? review.aboutPlace
        : review.aboutPhoto;
  return (
    <>
      <Textarea
        ref={box}
        mt={6}
        size="xs"
        autosize
        minRows={2}
        maxRows={6}
        maxLength={2000}
        aria-label={review.comment}
        placeholder={review.whatToChange}
        data-testid="review-comment"
        error={hint}
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && text.trim() !== "") onAdd();
          if (event.key === "Escape") controller.stage?.focus();
        }}
      />
      <Group justify="space-between" wrap="nowrap" mt={6} gap="xs">
        <Text size="xs" c="dimmed" lh={1.3}>
          {about}
        </Text>
        <Button size="compact-xs" variant="default" style={{ flexShrink: 0 }} disabled={text.trim() === ""} onClick={onAdd}>
          {review.add}
        </Button>
      </Group>
    </>
  );
}
