import { type ComponentType, lazy, useState } from "react";

export interface OnDemand {
  readonly Component: ComponentType;
  /** Rejects where it is not to be had; it is tried again when it is shown. */
  readonly fetch: () => Promise<void>;
}

/**
 * A component that `load` fetches when it is first shown, or before: then it is shown at once. React's own `lazy` shows the
 * placeholder even for what is there, and a placeholder, once shown, for 300 ms.
 */
export function onDemand(load: () => Promise<{ default: ComponentType }>): OnDemand {
  let there: ComponentType | null = null;
  const Later = lazy(load);

  function Component() {
    // Not looked at again: another component in the same place would be mounted anew.
    const [Shown] = useState<ComponentType>(() => there ?? Later);
    return <Shown />;
  }

  return {
    Component,
    fetch: async () => {
      there = (await load()).default;
    },
  };
}
