import { ActionIcon, Text, UnstyledButton } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import type { Strings } from "../../strings/strings";
import { useStrings } from "../../strings/useStrings";
import type { EditorController, Pin } from "../controller";
import { pinPlace } from "../canvas/drawPoints";
import classes from "./CommentList.module.css";
import { Tip } from "./Tip";

export interface ShownComment extends Pin {
  readonly body: string;
  readonly author: string;
}

interface CommentListProps {
  controller: EditorController;
  comments: readonly ShownComment[];
  /** Marks a comment as dealt with. */
  onResolve?: (id: number) => void;
  /** Takes back a comment that is not sent yet. */
  onRemove?: (id: number) => void;
}

/** Comments with the number that stands beside their place on the photo; a click goes there. */
export function CommentList({ controller, comments, onResolve, onRemove }: CommentListProps) {
  const strings = useStrings();
  const { editor } = strings;
  return (
    <ol className={classes.list}>
      {comments.map((comment) => (
        <li key={comment.id} className={classes.comment} data-resolved={comment.resolved || undefined}>
          <UnstyledButton
            className={classes.body}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => goToPin(controller, comment)}
          >
            <span className={classes.number} aria-hidden>
              {comment.number}
            </span>
            <span>
              <Text size="sm" component="span" display="block" className={classes.text}>
                {comment.body}
              </Text>
              <Text size="xs" c="dimmed" component="span" display="block">
                {comment.author} · {whereOf(comment, strings)}
              </Text>
            </span>
          </UnstyledButton>
          {onResolve && !comment.resolved && (
            <Tip label={editor.done}>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={editor.commentIsDone(comment.number)}
                onClick={() => onResolve(comment.id)}
              >
                <IconCheck size={16} aria-hidden />
              </ActionIcon>
            </Tip>
          )}
          {onRemove && (
            <Tip label={editor.takeBack}>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={editor.takeBackComment(comment.number)}
                onClick={() => onRemove(comment.id)}
              >
                <IconX size={16} aria-hidden />
              </ActionIcon>
            </Tip>
          )}
        </li>
      ))}
    </ol>
  );
}

/** Selects the comment's point, or brings its place on the screen. */
export function goToPin(controller: EditorController, pin: Pin): void {
  if (pin.pointIndex !== null) controller.select(pin.pointIndex, true);
  else {
    const place = pinPlace(controller.document.live, pin);
    if (place !== null) controller.stage?.reveal(...place);
  }
}

function whereOf({ pointIndex, x }: Pin, { editor, face }: Strings): string {
  if (pointIndex !== null) return editor.pointNamed(pointIndex, face.point(pointIndex));
  return x === null ? editor.wholePhoto : editor.placeOnPhoto;
}
