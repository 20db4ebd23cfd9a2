import type { Disagreement } from "../../api/types";

const MOST_SHOWN = 4;
/** A smaller excess is none to whoever reads both shares in whole percents. */
const LEAST_EXCESS = 0.005;

type CategoryDisagreement = Disagreement["categories"][number];

/** The categories that are further apart than is usual for the baseline, the most unusual one first; four at most. */
export function furthestApart(disagreement: Disagreement): CategoryDisagreement[] {
  const excess = ({ share, usual }: CategoryDisagreement) => share - (usual ?? 0);
  return disagreement.categories
    .filter((category) => excess(category) >= LEAST_EXCESS)
    .sort((a, b) => excess(b) - excess(a))
    .slice(0, MOST_SHOWN);
}
