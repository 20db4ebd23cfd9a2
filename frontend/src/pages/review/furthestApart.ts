import type { Disagreement } from "../../api/types";

const MOST_SHOWN = 4;
/** A smaller excess is none to whoever reads both shares in whole percents. */
const LEAST_EXCESS = 0.005;

type CategoryDisagreement = Disagreement["categories"][number];

type ScoredCategory = CategoryDisagreement & { usual: number };

/**
 * The categories that are further apart than is usual for the baseline, the most unusual one first; four at most.
 * One that no held-out photo has is left out: the baseline was not scored on it.
 */
export function furthestApart(disagreement: Disagreement): ScoredCategory[] {
  const excess = ({ share, usual }: ScoredCategory) => share - usual;
  return disagreement.categories
    .filter((category): category is ScoredCategory => category.usual !== null)
    .filter((category) => excess(category) >= LEAST_EXCESS)
    .sort((a, b) => excess(b) - excess(a))
    .slice(0, MOST_SHOWN);
}
