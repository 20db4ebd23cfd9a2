import { Anchor } from "@mantine/core";
import { useStrings } from "../../strings/useStrings";
import type { EditorController } from "../controller";
import classes from "./PlacingGuide.module.css";
import { useController } from "./useController";

/** Over the photo, while a face is being placed by three clicks: what to click next. */
export function PlacingGuide({ controller }: { controller: EditorController }) {
  const { faceParts, ui } = useStrings();
  useController(controller);
  const { placing } = controller;
  if (!placing.active) return null;
  return (
    <div
      className={classes.guide}
      // The eyes are sought above, the mouth below: it never lies over what is to be clicked.
      data-low={placing.places.length < 2 || undefined}
      role="status" data-testid="placing-guide"
    >
      {placing.refused && <div className={classes.refused}>{faceParts.noFace}</div>}
      <div>
        <strong>{faceParts.clickNext[placing.places.length] ?? ""}</strong> · {faceParts.clickOf(placing.places.length + 1)}
      </div>
      <div className={classes.what}>
        {faceParts.movesAll}{" "}
        <Anchor
          component="button"
          size="xs"
          onMouseDown={(event) => event.preventDefault()}
          onPointerDown={(event) => event.stopPropagation()}
          onClick={() => placing.cancel()}
        >
          {ui.cancel}
        </Anchor>
      </div>
    </div>
  );
}
