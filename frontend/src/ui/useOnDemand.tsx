import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEffect, useEffectEvent, useState } from "react";
import { strings } from "../strings/strings";
import { hasNewRelease } from "./release";

/**
 * What `load` fetches, such as a dialog, once it is `wanted`; null until it is there. The page around it stays if that
 * fails: the person is told and can try again, by the notification or, since `unwant` takes the wish back, as before.
 * `load` must be stable.
 */
export function useOnDemand<T>(wanted: boolean, load: () => Promise<T>, unwant?: () => void): T | null {
  const [loaded, setLoaded] = useState<{ value: T } | null>(null);
  const [attempt, setAttempt] = useState(0);
  const fetching = wanted && loaded === null;
  const fail = useEffectEvent(async (current: () => boolean) => {
    const updated = await hasNewRelease();
    if (!current()) return;
    unwant?.();
    tellFailure(updated, unwant === undefined ? () => setAttempt((before) => before + 1) : null);
  });
  useEffect(() => {
    if (!fetching) return;
    let current = true;
    load().then(
      (value) => {
        if (current) setLoaded({ value });
      },
      () => void fail(() => current),
    );
    return () => {
      current = false;
    };
  }, [attempt, fetching, load]);
  return loaded?.value ?? null;
}

/** One notification, however much is missing. It stays until it is dealt with: without the part, something waits. */
function tellFailure(updated: boolean, tryAgain: (() => void) | null): void {
  const { app, ui } = strings();
  const id = "cannot-be-fetched";
  notifications.hide(id);
  notifications.show({
    id,
    color: updated ? "blue" : "red",
    autoClose: false,
    message: (
      <>
        <Text size="sm">{updated ? app.updated : app.partCannotBeFetched}</Text>
        <Group mt="xs" gap="xs">
          {updated && (
            <Button size="xs" onClick={() => window.location.reload()}>
              {app.reload}
            </Button>
          )}
          {!updated && tryAgain && (
            <Button
              size="xs"
              variant="default"
              onClick={() => {
                notifications.hide(id);
                tryAgain();
              }}
            >
              {ui.tryAgain}
            </Button>
          )}
        </Group>
      </>
    ),
  });
}
