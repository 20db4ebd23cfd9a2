import { Checkbox, Group, SegmentedControl, Slider, Switch, Text, UnstyledButton } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { CATEGORIES, PARTS, POINTS } from "../../schema/schema.generated";
import { action } from "../actions/registry";
import type { EditorController } from "../controller";
import { isDisplaced, type Origin, pointAt, PROPOSED, type Visibility } from "../core/points";
import { TONE_RANGE } from "../viewSettings";
import { ActionTextButton, useActionContext } from "./ActionButton";
import { categoryName, ORIGIN_NAMES, PART_NAMES, VISIBILITY_NAMES } from "./names";
import classes from "./SidePanel.module.css";
import { useController } from "./useController";

/** The panel beside the photo; `children` (comments, a verdict) come first. */
export function SidePanel({ children }: { children?: ReactNode }) {
  const { controller } = useActionContext();
  useController(controller);
  return (
    <aside className={classes.panel} aria-label="Points and layers">
      {children}
      {/* A reviewer looks at the label map first, an annotator at the points. */}
      {controller.mode === "review" && <LabelMapLegend controller={controller} />}
      <SelectedPoint controller={controller} />
      {controller.mode === "edit" && <DoubtfulPoints controller={controller} />}
      <PartList controller={controller} />
      {controller.mode !== "review" && <LabelMapLegend controller={controller} />}
      <Tone controller={controller} />
    </aside>
  );
}

export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id}>
      <header className={classes.heading}>
        <Text component="h2" id={id} size="xs" fw={600}>
          {title}
        </Text>
        {aside}
      </header>
      {children}
    </section>
  );
}

function SelectedPoint({ controller }: { controller: EditorController }) {
  const { selected, document } = controller;
  if (selected === null) {
    return (
      <Section title="Point">
        <Text size="xs" c="dimmed" className={classes.pointHint}>
          Click a point, or press Tab to walk through them.
        </Text>
      </Section>
    );
  }
  const [x, y] = pointAt(document.points, selected);
  return (
    <Section
      title={`Point ${selected}`}
      aside={
        <Text size="xs" c="dimmed" className="tabular">
          {x.toFixed(1)}, {y.toFixed(1)}
        </Text>
      }
    >
      <Text size="sm" mb={6} aria-live="polite">
        {POINTS[selected]?.name}
      </Text>
      <Text size="xs" c="dimmed" mb={6} data-testid="origin">
        {originText(controller, selected)}
      </Text>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label="Visibility"
        disabled={!controller.canEdit}
        value={String(document.visibility[selected])}
        onChange={(value) => controller.setVisibility(Number(value) as Visibility)}
        data={([2, 1, 0] as const).map((value) => ({ value: String(value), label: VISIBILITY_NAMES[value] }))}
      />
    </Section>
  );
}

/** Who says that a point lies where it does. */
function originText({ document, confidence }: EditorController, index: number): string {
  const origin = document.origins[index] as Origin;
  if (origin !== PROPOSED) return `Fixed: ${ORIGIN_NAMES[origin]}`;
  if (isDisplaced(document.initial, document.points, index)) return "Followed the points that were moved";
  const sure = confidence?.[index];
  return sure === undefined ? "Proposed" : `Proposed, confidence ${sure.toFixed(2)}`;
}

/** What to look at first: the points of which the network was not sure. */
function DoubtfulPoints({ controller }: { controller: EditorController }) {
  if (controller.confidence === null) return null;
  const left = controller.doubts.open.length;
  return (
    <Section
      title="Doubtful points"
      aside={
        <Text size="xs" c="dimmed" className="tabular" aria-live="polite" data-testid="doubtful-left">
          {left === 0 ? "none left" : `${left} left`}
        </Text>
      }
    >
      <Group gap={8} grow>
        <ActionTextButton id="next-doubtful" variant="default">
          Next
        </ActionTextButton>
        <ActionTextButton id="confirm" variant="default">
          Right as it is
        </ActionTextButton>
      </Group>
    </Section>
  );
}

function PartList({ controller }: { controller: EditorController }) {
  const corrected = new Set(controller.document.corrected());
  const selectedPart = controller.selected === null ? null : POINTS[controller.selected]?.part;
  return (
    <Section
      title="Parts"
      aside={
        <Text size="xs" c="dimmed" className="tabular">
          {corrected.size} of {POINTS.length} corrected
        </Text>
      }
    >
      <ul className={classes.parts}>
        {Object.values(PARTS).map((part) => {
          const moved = part.indices.filter((index) => corrected.has(index)).length;
          return (
            <li key={part.name}>
              <UnstyledButton
                className={classes.part}
                data-selected={part.name === selectedPart || undefined}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => controller.select(part.indices[0] ?? null, true)}
              >
                <span>{PART_NAMES[part.name]}</span>
                <span className={classes.count} data-moved={moved > 0 || undefined}>
                  {moved > 0 ? `${moved} / ${part.indices.length}` : part.indices.length}
                </span>
              </UnstyledButton>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

function LabelMapLegend({ controller }: { controller: EditorController }) {
  const context = useActionContext();
  const { view, labelMap } = controller;
  const toggle = action("toggle-label-map");
  return (
    <Section
      title="Label map"
      aside={
        <Switch
          size="xs"
          aria-label="Show the label map"
          checked={labelMap !== null && view.labelMap}
          disabled={!toggle.enabled(context)}
          onChange={() => toggle.run(context)}
        />
      }
    >
      {labelMap === null ? (
        <Text size="xs" c="dimmed">
          This photo has none yet. It is drawn after a submit.
        </Text>
      ) : (
        <>
          <Slider
            size="sm"
            mb={10}
            mt={4}
            min={0}
            max={1}
            step={0.05}
            label={(value) => `${Math.round(100 * value)} %`}
            thumbLabel="Opacity of the label map"
            data-testid="opacity"
            value={view.opacity}
            onChange={(opacity) => controller.setView({ opacity, labelMap: true })}
          />
          <div className={classes.legend}>
            {CATEGORIES.filter(({ id }) => id > 0).map(({ id, colour }) => (
              <Checkbox
                key={id}
                size="xs"
                classNames={{ body: classes.category, label: classes.categoryLabel }}
                checked={!view.hiddenCategories.includes(id)}
                onChange={() => controller.toggleCategory(id)}
                label={
                  <>
                    <span className={classes.swatch} style={{ background: `rgb(${colour.join()})` }} aria-hidden />
                    {categoryName(id)}
                  </>
                }
              />
            ))}
          </div>
        </>
      )}
    </Section>
  );
}

function Tone({ controller }: { controller: EditorController }) {
  const { view } = controller;
  return (
    <Section title="Photo">
      {(["brightness", "contrast"] as const).map((which) => (
        <div key={which} className={classes.tone}>
          <Text size="xs">{which === "brightness" ? "Brightness" : "Contrast"}</Text>
          <Slider
            size="sm"
            flex={1}
            {...TONE_RANGE}
            label={(value) => `${Math.round(100 * value)} %`}
            thumbLabel={which}
            value={view[which]}
            onChange={(value) => controller.setView({ [which]: value })}
          />
        </div>
      ))}
    </Section>
  );
}
