import type { Disagreement } from "../../api/types";

const MOST_SHOWN = 4;

type CategoryDisagreement = Disagreement["categories"][number];

/** The categories that are further apart than is usual for the baseline, the most unusual one first; four at most. */
export function furthestApart(disagreement: Disagreement): CategoryDisagreement[] {
  const excess = ({ share, usual }: CategoryDisagreement) => share - (usual ?? 0);
  return disagreement.categories
    .filter((category) => excess(category) > 0)
    .sort((a, b) => excess(b) - excess(a))
    .slice(0, MOST_SHOWN);
}
