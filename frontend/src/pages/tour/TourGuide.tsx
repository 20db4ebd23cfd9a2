import { Button, Kbd, Text } from "@mantine/core";
import { IconCheck, IconCircle, IconMinus } from "@tabler/icons-react";
import { Fragment } from "react";
import { isMac, withSharedModifiers } from "../../editor/actions/keys";
import { action, type ActionId } from "../../editor/actions/registry";
import { Keys, useKeys } from "../../editor/ui/ActionButton";
import { Section } from "../../editor/ui/Section";
import { percent } from "../../strings/format";
import { useStrings } from "../../strings/useStrings";
import { type StepName, STEPS } from "./steps";
import classes from "./Tour.module.css";

interface TourGuideProps {
  /** Index of the step that is to be done. */
  at: number;
  skipped: ReadonlySet<StepName>;
  /** How far off the step's points were left, as a share of the distance between the eyes. */
  missed: number | null;
  onSkip: () => void;
}

/** What to do next, and all steps with what became of them. */
export function TourGuide({ at, skipped, missed, onSkip }: TourGuideProps) {
  const { tour } = useStrings();
  return (
    <Section
      title={tour.title}
      aside={
        <Text size="xs" c="dimmed" className="tabular">
          {tour.stepOf(at + 1, STEPS.length)}
        </Text>
      }
    >
      <ol className={classes.steps} aria-live="polite" data-testid="tour-steps" data-step={STEPS[at]?.name}>
        {STEPS.map(({ name, actions }, i) => (
          <li key={name} className={classes.step} aria-current={i === at ? "step" : undefined}>
            <StepSign state={i === at ? "now" : i > at ? "later" : skipped.has(name) ? "skipped" : "done"} />
            <div>
              <Text size="sm" fw={i === at ? 600 : 400} c={i === at ? undefined : "dimmed"}>
                {i + 1}. {tour.steps[name].title}
              </Text>
              {i === at && (
                <>
                  <Text size="sm" mt={4}>
                    {tour.steps[name].what}
                  </Text>
                  {missed !== null && (
                    <Text size="sm" mt={4} fw={600} className={classes.missed} data-testid="tour-missed">
                      {tour.missed(percent(missed))}
                    </Text>
                  )}
                  <StepKeys of={actions} />
                  {name !== "submit" && (
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      color="gray"
                      // The photo keeps the focus, so that the keyboard goes on working.
                      onMouseDown={(event) => event.preventDefault()}
                      onClick={onSkip}
                    >
                      {tour.skip}
                    </Button>
                  )}
                </>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Section>
  );
}

const SIGNS = { now: IconCircle, later: IconCircle, done: IconCheck, skipped: IconMinus } as const;

function StepSign({ state }: { state: keyof typeof SIGNS }) {
  const { tour } = useStrings();
  const Sign = SIGNS[state];
  return (
    <span className={classes.sign} data-state={state}>
      <Sign size={14} stroke={2.5} role="img" aria-label={tour.states[state]} />
    </span>
  );
}

/** The same by the keyboard, with the person's own keys. */
function StepKeys({ of }: { of: readonly ActionId[] }) {
  const { actions, tour } = useStrings();
  const keymap = useKeys();
  return (
    <>
      <Text size="xs" c="dimmed" mt={8}>
        {tour.byKeys}
      </Text>
      <dl className={classes.keys}>
        {of.map((id) => {
          const keys = keymap.keysOf(action(id));
          const shown = action(id).directed ? keys : keys.slice(0, 1);
          const { shared, each } = withSharedModifiers(shown, isMac());
          return (
            <Fragment key={id}>
              <dt>{actions.labels[id]}</dt>
              <dd>
                {shared.map((part) => (
                  <Kbd key={part} size="xs">
                    {part}
                  </Kbd>
                ))}
                {each.map((stroke) => (
                  <Keys key={stroke} stroke={stroke} />
                ))}
              </dd>
            </Fragment>
          );
        })}
      </dl>
    </>
  );
}
