import { Group, Slider, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Strings } from "../../strings/strings";
import { useStrings } from "../../strings/useStrings";
import type { EditorController } from "../controller";
import { isDisplaced, type Origin, pointAt, PROPOSED, type Visibility } from "../core/points";
import { TONE_RANGE, TONES } from "../viewSettings";
import { ActionTextButton, useActionContext, usePrintedKeys } from "./ActionButton";
import { LabelMapPanel } from "./LabelMapPanel";
import { MistakeList } from "./MistakeList";
import { PartList } from "./PartList";
import { SelectedPart } from "./SelectedPart";
import { Section } from "./Section";
import classes from "./SidePanel.module.css";
import { useController } from "./useController";
import { VisibilityControl } from "./VisibilityControl";

/** The panel beside the photo; `children` (comments, a verdict) come first. */
export function SidePanel({ children }: { children?: ReactNode }) {
  const { editor } = useStrings();
  const { controller } = useActionContext();
  useController(controller);
  return (
    <aside className={classes.panel} aria-label={editor.pointsAndLayers}>
      {children}
      {/* A reviewer looks at the label map first, an annotator at the points. */}
      {controller.mode === "review" && <LabelMapPanel controller={controller} />}
      {controller.parts.selected === null ? (
        <SelectedPoint controller={controller} />
      ) : (
        <SelectedPart controller={controller} name={controller.parts.selected} />
      )}
      <MistakeList controller={controller} />
      {controller.mode === "edit" && <DoubtfulPoints controller={controller} />}
      <PartList controller={controller} />
      {controller.mode !== "review" && <LabelMapPanel controller={controller} />}
      <Tone controller={controller} />
    </aside>
  );
}

function SelectedPoint({ controller }: { controller: EditorController }) {
  const strings = useStrings();
  const { editor, face } = strings;
  const [next = ""] = usePrintedKeys("next-point");
  const { selected, document } = controller;
  if (selected === null) {
    return (
      <Section title={editor.point}>
        <Text size="xs" c="dimmed" className={classes.pointHint}>
          {editor.clickAPoint(next)}
        </Text>
      </Section>
    );
  }
  const [x, y] = pointAt(document.points, selected);
  return (
    <Section
      title={editor.pointNumber(selected)}
      aside={
        <Text size="xs" c="dimmed" className="tabular">
          {x.toFixed(1)}, {y.toFixed(1)}
        </Text>
      }
    >
      <Text size="sm" mb={6} aria-live="polite">
        {face.point(selected)}
      </Text>
      <Text size="xs" c="dimmed" mb={6} data-testid="origin">
        {originText(controller, selected, strings)}
      </Text>
      <VisibilityControl controller={controller} value={document.visibility[selected] as Visibility} />
    </Section>
  );
}

/** Who says that a point lies where it does. */
function originText({ document, attention }: EditorController, index: number, { editor, face }: Strings): string {
  const origin = document.origins[index] as Origin;
  if (origin !== PROPOSED) return editor.fixed(face.origin[origin]);
  if (isDisplaced(document.initial, document.points, index)) return editor.followed;
  const sure = attention.confidence?.[index];
  return sure === undefined ? editor.proposed : editor.proposedSure(sure.toFixed(2));
}

/** What to look at first: the points of which the network was not sure. */
function DoubtfulPoints({ controller }: { controller: EditorController }) {
  const { editor } = useStrings();
  if (controller.attention.confidence === null) return null;
  const left = controller.attention.doubts.open.length;
  return (
    <Section
      title={editor.doubtfulPoints}
      aside={
        <Text size="xs" c="dimmed" className="tabular" aria-live="polite" data-testid="doubtful-left">
          {editor.doubtfulLeft(left)}
        </Text>
      }
    >
      <Group gap={8} grow>
        <ActionTextButton id="next-doubtful" variant="default">
          {editor.next}
        </ActionTextButton>
        <ActionTextButton id="confirm" variant="default">
          {editor.rightAsItIs}
        </ActionTextButton>
      </Group>
    </Section>
  );
}

function Tone({ controller }: { controller: EditorController }) {
  const { editor } = useStrings();
  const { view } = controller;
  return (
    <Section title={editor.photo}>
      {TONES.map((which) => (
        <div key={which} className={classes.tone}>
          <Text size="xs">{editor.tones[which]}</Text>
          <Slider
            size="sm"
            flex={1}
            {...TONE_RANGE}
            label={(value) => `${Math.round(100 * value)} %`}
            thumbLabel={editor.tones[which]}
            value={view[which]}
            onChange={(value) => controller.setView({ [which]: value })}
          />
        </div>
      ))}
    </Section>
  );
}
