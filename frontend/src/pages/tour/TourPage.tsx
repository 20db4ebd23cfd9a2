import { Button } from "@mantine/core";
import { useEffect, useMemo, useRef, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { useUser } from "../../api/session";
import { localPath } from "../../app/returning";
import type { TaskCommands } from "../../editor/actions/registry";
import { EditorController, type Pin } from "../../editor/controller";
import { centroid } from "../../editor/core/affine";
import { pointAt } from "../../editor/core/points";
import { Editor } from "../../editor/Editor";
import { ActionTextButton } from "../../editor/ui/ActionButton";
import { useController } from "../../editor/ui/useController";
import { loadViewSettings, type ViewSettings } from "../../editor/viewSettings";
import { useStrings } from "../../strings/useStrings";
import pictureUrl from "./face.jpg";
import labelsUrl from "./labels.png";
import { CONFIDENCE, GAP, PHOTO, practiceDocument, TRUE_POINTS } from "./practiceFace";
import { missedBy, type Step, type StepName, stepFrom, STEPS } from "./steps";
import { TourGuide } from "./TourGuide";
import { rememberOffer } from "../../app/tourMemory";
import { TourScore } from "./TourScore";

/** The 106 points, learned in the editor itself on a face of which every point is known. Nothing of it is sent anywhere. */
export default function TourPage() {
  const [attempt, setAttempt] = useState(0);
  const userId = useUser().id;
  // What a person likes to see is kept for the real photos; what the tour shows is not.
  const [liked] = useState((): ShownLayers => loadViewSettings({}, "edit"));
  useEffect(() => rememberOffer(userId), [userId]);
  return <Attempt key={attempt} liked={liked} onAgain={() => setAttempt(attempt + 1)} />;
}

type ShownLayers = Pick<ViewSettings, "points" | "outlines" | "labelMap">;

function Attempt({ liked, onAgain }: { liked: ShownLayers; onAgain: () => void }) {
  const { annotate, tour } = useStrings();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const next = localPath(search.get("next"));
  const [controller] = useState(newController);
  useController(controller);
  const work = controller.document;
  const [at, setAt] = useState(0);
  const [skipped, setSkipped] = useState<ReadonlySet<StepName>>(new Set());
  const [submitted, setSubmitted] = useState(false);
  const reached = stepFrom(at, work);
  if (reached !== at) setAt(reached);
  const step = STEPS[at] as Step;
  const missed = missedBy(step, work);

  useEffect(() => {
    document.title = `${tour.title} · Facet`;
  }, [tour]);
  useStepOnPhoto(controller, submitted ? null : step, at + 1, missed !== null);
  // Whoever has scrolled down to paint must not miss what comes next.
  const guide = useRef<HTMLDivElement>(null);
  useEffect(() => {
    guide.current?.closest("aside")?.scrollTo({ top: 0 });
  }, [at, submitted]);
  useEffect(() => {
    const { points, outlines, labelMap } = liked;
    return () => controller.setView({ points, outlines, labelMap });
  }, [controller, liked]);

  const commands = useMemo((): TaskCommands => {
    const submit = () => {
      controller.settle();
      setSubmitted(true);
    };
    return { showTour: onAgain, ...(!submitted && { submit }) };
  }, [controller, onAgain, submitted]);
  const leave = () => void navigate(next);

  return (
    <Editor
      controller={controller}
      commands={commands}
      taskId={null}
      photo={{ name: tour.title, url: pictureUrl }}
      fittedMapUrl={labelsUrl}
      back={{ to: next, label: tour.leave }}
      task={
        <>
          <Button size="xs" px={8} variant="subtle" color="gray" onClick={leave} data-testid="tour-leave">
            {tour.leave}
          </Button>
          <ActionTextButton id="submit">{annotate.submit}</ActionTextButton>
        </>
      }
      panel={
        <div ref={guide}>
          {submitted ? (
            <TourScore controller={controller} onAgain={onAgain} onLeave={leave} />
          ) : (
            <TourGuide
              at={at}
              skipped={skipped}
              missed={missed}
              onSkip={() => {
                setSkipped(new Set([...skipped, step.name]));
                setAt(stepFrom(at + 1, work));
              }}
            />
          )}
        </div>
      }
    />
  );
}

function newController(): EditorController {
  const controller = new EditorController(practiceDocument(), PHOTO, "edit");
  controller.attention.setConfidence(CONFIDENCE);
  return controller;
}

/** Shows on the photo what the step, by its number, is about; with `goal`, also where its points belong. */
function useStepOnPhoto(controller: EditorController, step: Step | null, number: number, goal: boolean): void {
  useEffect(() => {
    controller.showPins(step === null ? [] : pinsOf(step, number, goal));
  }, [controller, step, number, goal]);

  useEffect(() => {
    const paints = step?.name === "paint";
    controller.setView({ points: true, outlines: true, labelMap: paints });
    if (!paints && controller.paint.tool !== null) controller.paint.choose(null);
    const [hidden] = step?.name === "hidden" ? step.points : [];
    if (hidden !== undefined) controller.stage?.lookAt(...pointAt(TRUE_POINTS, hidden));
    else if (paints) controller.stage?.fitPhoto();
    else controller.stage?.fitFace();
  }, [controller, step]);
}

function pinsOf({ name, points }: Step, number: number, goal: boolean): Pin[] {
  const [first] = points;
  const pin = { number, resolved: false };
  if (name === "paint") return [{ ...pin, id: 1, pointIndex: null, x: GAP.x, y: GAP.y }];
  if (first === undefined) return [];
  const [x, y] = centroid(points.map((index) => pointAt(TRUE_POINTS, index)));
  return [
    { ...pin, id: 1, pointIndex: first, x: null, y: null },
    ...(goal ? [{ ...pin, id: 2, pointIndex: null, x, y, resolved: true }] : []),
  ];
}
