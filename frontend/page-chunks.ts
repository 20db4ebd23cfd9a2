import type { ChunkingContext } from "rolldown";

const OWN = "/frontend/src/";
const MAIN = `${OWN}main.tsx`;
/** They come after the component library's own, whose colours they change: so they stay in the file that loads those. */
const STYLES = `${OWN}app/app.css`;
const EDITOR = `${OWN}editor/Editor.tsx`;
/** The page whose modules, but for the page itself, are the editor's file; the review and the tour are made of the same. */
const ANNOTATE = `${OWN}pages/annotate/AnnotatePage.tsx`;

/**
 * The name of the file that one of our own modules goes into, or null where the bundler decides: `application` for what
 * every page loads, and for what the editor shares with pages that have no editor; `editor` for all else that opens with
 * the editor. Left alone, the bundler makes a file of whatever two pages share, and the editor's page of forty: a browser
 * asks one HTTP/1.1 server for six at a time, and each takes it a millisecond even when all of them lie in its cache.
 */
export function fileOfModule(): (id: string, context: ChunkingContext) => string | null {
  let files: Map<string, string> | null = null;
  return (id, context) => {
    files ??= filesByModule(id.slice(0, id.indexOf(OWN)), context);
    return files.get(id) ?? null;
  };
}

export const isOwnModule = (id: string): boolean => id.includes(OWN) && !id.includes("/node_modules/");

function filesByModule(root: string, context: ChunkingContext): Map<string, string> {
  const opened = modulesFrom(`${root}${ANNOTATE}`, context);
  const application = modulesFrom(`${root}${MAIN}`, context);
  application.delete(`${root}${MAIN}`);
  application.delete(`${root}${STYLES}`);
  for (const page of pagesFrom([...application], context)) {
    const modules = modulesFrom(page, context);
    if (modules.has(`${root}${EDITOR}`)) continue;
    for (const id of modules) if (opened.has(id)) application.add(id);
  }
  opened.delete(`${root}${ANNOTATE}`);
  return new Map([...[...opened].map((id) => [id, "editor"] as const), ...[...application].map((id) => [id, "application"] as const)]);
}

/** Our own modules that are loaded with the module `id`, and itself. */
function modulesFrom(id: string, context: ChunkingContext, found = new Set<string>()): Set<string> {
  if (!isOwnModule(id) || found.has(id)) return found;
  found.add(id);
  for (const imported of context.getModuleInfo(id)?.importedIds ?? []) modulesFrom(imported, context, found);
  return found;
}

function pagesFrom(ids: readonly string[], context: ChunkingContext): Set<string> {
  return new Set(ids.flatMap((id) => context.getModuleInfo(id)?.dynamicallyImportedIds ?? []).filter(isOwnModule));
}
