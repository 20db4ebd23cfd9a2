import { notifications } from "@mantine/notifications";
import { useEffect, useState } from "react";
import { useStrings } from "../strings/useStrings";

/**
 * What `load` fetches, such as a dialog, once it is `wanted`; null until it is there. A failure is told, and tried again
 * when it is wanted again: the page around it stays. `load` must be stable.
 */
export function useOnDemand<T>(wanted: boolean, load: () => Promise<T>): T | null {
  const { app } = useStrings();
  const [loaded, setLoaded] = useState<{ value: T } | null>(null);
  const fetching = wanted && loaded === null;
  useEffect(() => {
    if (!fetching) return;
    let current = true;
    load().then(
      (value) => {
        if (current) setLoaded({ value });
      },
      () => notifications.show({ color: "red", message: app.cannotBeFetched }),
    );
    return () => {
      current = false;
    };
  }, [app, fetching, load]);
  return loaded?.value ?? null;
}
