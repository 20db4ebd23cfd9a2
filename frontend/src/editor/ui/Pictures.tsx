/** The photo and its label map on the stage, and what is said where one of them does not load. */
import { Anchor, Button, Text } from "@mantine/core";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { isTransient } from "../../api/problem";
import { useStrings } from "../../strings/useStrings";
import { closePhoto, fittedMapOf, photoOf } from "../canvas/fetchedAhead";
import { Stage } from "../canvas/stage";
import type { EditorController } from "../controller";
import classes from "./Pictures.module.css";

/** For what can be loaded again after it failed: by a button, and where that may help, when the browser comes online. */
function useAttempts() {
  const [attempt, setAttempt] = useState(0);
  const [failure, setFailure] = useState<unknown>(null);
  const again = useCallback(() => {
    setFailure(null);
    setAttempt((before) => before + 1);
  }, []);
  useEffect(() => {
    if (!isTransient(failure)) return;
    window.addEventListener("online", again);
    return () => window.removeEventListener("online", again);
  }, [again, failure]);
  return { attempt, failed: failure !== null, fail: setFailure, again };
}

export function StageCanvases({ controller, photoUrl }: { controller: EditorController; photoUrl: string }) {
  const { editor, ui } = useStrings();
  const photo = useRef<HTMLCanvasElement>(null);
  const labelMap = useRef<HTMLCanvasElement>(null);
  const points = useRef<HTMLCanvasElement>(null);
  const { attempt, failed, fail, again } = useAttempts();
  const [waiting, setWaiting] = useState(false);

  useEffect(() => {
    const host = photo.current?.parentElement;
    if (!host || !photo.current || !labelMap.current || !points.current) return;
    const canvases = { photo: photo.current, labelMap: labelMap.current, points: points.current };
    const stage = new Stage(host, canvases, controller);
    const abort = new AbortController();
    const { signal } = abort;
    photoOf(photoUrl, controller.photo, signal, () => setWaiting(true))
      .then((image) => {
        if (!signal.aborted) stage.image = image;
        else closePhoto(image);
      })
      .catch((error: unknown) => {
        if (!signal.aborted) fail(error);
      })
      .finally(() => setWaiting(false));
    return () => {
      abort.abort();
      stage.dispose();
    };
  }, [controller, photoUrl, attempt, fail]);

  return (
    <>
      <canvas ref={photo} className={classes.canvas} aria-hidden />
      <canvas ref={labelMap} className={classes.canvas} aria-hidden />
      <canvas ref={points} className={classes.canvas} data-testid="points-layer" aria-hidden />
      {waiting && (
        <div className={classes.trying} role="status">
          {editor.photoTriedAgain}
        </div>
      )}
      {failed && (
        <div className={classes.failed} role="alert">
          <Text size="sm">{editor.photoFailed}</Text>
          <Button size="xs" variant="default" onClick={again}>
            {ui.tryAgain}
          </Button>
        </div>
      )}
    </>
  );
}

export function LabelMapLoader({ controller, url }: { controller: EditorController; url: string | null }) {
  const { editor, ui } = useStrings();
  const { attempt, failed, fail, again } = useAttempts();
  // Where it is not on the screen at once, it must not hold up the photo.
  const wanted = useSyncExternalStore(controller.subscribe, () => controller.photoShown || controller.view.labelMap);
  useEffect(() => {
    if (url === null || !wanted) return;
    const abort = new AbortController();
    fittedMapOf(url, abort.signal).then(
      (map) => {
        if (!abort.signal.aborted) controller.paint.showFitted(map);
      },
      (error: unknown) => {
        if (!abort.signal.aborted) fail(error);
      },
    );
    return () => {
      abort.abort();
      controller.paint.showFitted(null);
    };
  }, [controller, url, attempt, wanted, fail]);

  if (!failed) return null;
  return (
    <div className={classes.note} role="alert">
      {editor.labelMapFailed}{" "}
      <Anchor component="button" size="xs" onClick={again}>
        {ui.tryAgain}
      </Anchor>
    </div>
  );
}
