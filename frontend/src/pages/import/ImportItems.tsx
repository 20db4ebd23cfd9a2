import type { Import, ImportItem } from "../../api/types";
import { useImportItems } from "../../app/queries/imports";
import { itemsOf } from "../../app/queries/pages";
import { LoadMore } from "../../ui/LoadMore";
import { ProblemAlert } from "../../ui/ProblemAlert";
import { reasonOf, type FileNote } from "./files";
import { NotesTable } from "./NotesTable";

/** What an import refused and what it had already, as the server remembers it. */
export function ImportItems({ projectId, found }: { projectId: number; found: Import }) {
  return (
    <>
      {found.refused > 0 && <Items projectId={projectId} importId={found.id} outcome="refused" />}
      {found.duplicates > 0 && <Items projectId={projectId} importId={found.id} outcome="duplicate" />}
    </>
  );
}

interface ItemsProps {
  projectId: number;
  importId: number;
  outcome: Exclude<ImportItem["outcome"], "imported">;
}

function Items({ projectId, importId, outcome }: ItemsProps) {
  const items = useImportItems(projectId, importId, outcome);
  const notes = itemsOf(items.data).map<FileNote>((item) => ({
    path: item.name,
    outcome,
    reason: reasonOf(item),
  }));
  return (
    <>
      <ProblemAlert error={items.error} onRetry={() => void items.refetch()} />
      <NotesTable notes={notes} />
      <LoadMore query={items} />
    </>
  );
}
