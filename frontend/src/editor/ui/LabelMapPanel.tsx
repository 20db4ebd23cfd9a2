import { Checkbox, Group, SegmentedControl, Slider, Switch, Text, UnstyledButton } from "@mantine/core";
import { CATEGORIES } from "../../schema/schema.generated";
import { useStrings } from "../../strings/useStrings";
import { action } from "../actions/registry";
import { coloursOf, cssColour } from "../canvas/categoryColours";
import type { EditorController } from "../controller";
import { PAINT_TOOLS, RADIUS } from "../paintEditing";
import { ActionIconButton, useActionContext } from "./ActionButton";
import classes from "./LabelMapPanel.module.css";
import { Section } from "./Section";

/** The label map: how it is shown, its legend, and the tools that paint it. */
export function LabelMapPanel({ controller }: { controller: EditorController }) {
  const { editor } = useStrings();
  const context = useActionContext();
  const { view, paint } = controller;
  const toggle = action("toggle-label-map");
  const editing = controller.mode === "edit";
  return (
    <Section
      title={editor.labelMap}
      aside={
        <Switch
          size="xs"
          aria-label={editor.showLabelMap}
          checked={paint.map !== null && view.labelMap}
          disabled={!toggle.enabled(context)}
          onChange={() => toggle.run(context)}
        />
      }
    >
      {editing && <Tools controller={controller} />}
      {paint.map === null ? (
        <Text size="xs" c="dimmed">
          {editor.noLabelMap}
        </Text>
      ) : (
        <>
          <Legend controller={controller} />
          <MapStyle controller={controller} />
        </>
      )}
    </Section>
  );
}

function Tools({ controller }: { controller: EditorController }) {
  const { paint: strings } = useStrings();
  const { paint } = controller;
  const hints = {
    brush: strings.brushHint,
    "edge-brush": strings.brushHint,
    eraser: strings.eraserHint,
    polygon: strings.polygonHint,
    fill: strings.fillHint,
  };
  const sized = paint.tool !== null && paint.tool !== "polygon" && paint.tool !== "fill";
  return (
    <div className={classes.tools}>
      <Group gap={2} role="toolbar" aria-label={strings.title} data-testid="paint-tools">
        {["point-tool", ...PAINT_TOOLS].map((id) => (
          <ActionIconButton key={id} id={id} />
        ))}
      </Group>
      {sized && (
        <div className={classes.radius}>
          <Slider
            size="sm"
            flex={1}
            // By the logarithm: a pixel more means much to a small brush and nothing to a large one.
            min={Math.log(RADIUS.min)}
            max={Math.log(RADIUS.max)}
            step={0.01}
            label={null}
            thumbLabel={strings.radius}
            value={Math.log(paint.radius)}
            onChange={(value) => paint.setRadius(Math.exp(value))}
          />
          <Text size="xs" className="tabular" data-testid="brush-radius">
            {strings.pixels(paint.radius)}
          </Text>
        </div>
      )}
      {paint.tool !== null && (
        <Text size="xs" c="dimmed" mt={4}>
          {hints[paint.tool]}
        </Text>
      )}
    </div>
  );
}

/** Which colour is which; whoever edits picks here what to paint with. */
function Legend({ controller }: { controller: EditorController }) {
  const { face, paint: strings } = useStrings();
  const { view, paint } = controller;
  const colours = coloursOf(view.palette);
  const editing = controller.mode === "edit";
  const shown = CATEGORIES.filter(({ id }) => id > 0 || editing);
  return (
    <ul className={classes.legend}>
      {shown.map(({ id }) => {
        const name = face.category(id);
        const label = (
          <>
            <span
              className={classes.swatch}
              data-background={id === 0 || undefined}
              style={id === 0 ? undefined : { background: cssColour(colours[id]) }}
              aria-hidden
            />
            <span className={classes.name}>{name}</span>
          </>
        );
        return (
          <li key={id} className={classes.category}>
            {id > 0 && (
              <Checkbox
                size="xs"
                aria-label={strings.show(name)}
                checked={!view.hiddenCategories.includes(id)}
                onChange={() => controller.toggleCategory(id)}
              />
            )}
            {editing ? (
              <UnstyledButton
                className={classes.pick}
                aria-label={strings.paintWith(name)}
                aria-pressed={paint.tool !== null && paint.category === id}
                disabled={!controller.canEdit}
                data-testid={`category-${id}`}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => paint.pick(id)}
              >
                {label}
              </UnstyledButton>
            ) : (
              <span className={classes.pick}>{label}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function MapStyle({ controller }: { controller: EditorController }) {
  const { editor, paint: strings } = useStrings();
  const { view } = controller;
  return (
    <div className={classes.style}>
      <Slider
        size="sm"
        my={4}
        min={0}
        max={1}
        step={0.05}
        label={(value) => `${Math.round(100 * value)} %`}
        thumbLabel={editor.labelMapOpacity}
        data-testid="opacity"
        value={view.opacity}
        onChange={(opacity) => controller.setView({ opacity, labelMap: true })}
      />
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={strings.shape}
        value={view.mapShape}
        onChange={(mapShape) => controller.setView({ mapShape, labelMap: true })}
        data={(["fill", "outline"] as const).map((value) => ({ value, label: strings.shapes[value] }))}
      />
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={strings.palette}
        value={view.palette}
        onChange={(palette) => controller.setView({ palette })}
        data={(["lapa", "safe"] as const).map((value) => ({ value, label: strings.palettes[value] }))}
      />
    </div>
  );
}
