import type { OutputBundle, OutputChunk } from "rolldown";
import type { Plugin } from "vite";

/** Addresses, as the source of a regular expression over the path, and the page that the router shows there. */
export interface EarlyPage {
  readonly path: string;
  readonly module: string;
}

/**
 * Asks for a page's scripts and styles, for the session, and for the photo that is to be annotated, as soon as the browser
 * knows the address, and not when the application has been loaded and run and comes to need them: over a slow line that is
 * three round trips less.
 *
 * The answers wait for src/api/earlyAnswers.ts under their method and path; the application asks for the same.
 *
 * A small script does it, because the content security policy allows none inside the page, and the server sends the same
 * page for every address.
 */
export function earlyStart(pages: readonly EarlyPage[]): Plugin {
  let script = "";
  return {
    name: "early-start",
    apply: "build",
    // Before the page is written, which names the script.
    enforce: "pre",
    generateBundle(_options, bundle) {
      const wanted = pages.map(({ path, module }) => [path, filesOf(bundle, module)] as const);
      script = this.getFileName(this.emitFile({ type: "asset", name: "early.js", source: sourceOf(wanted) }));
    },
    transformIndexHtml: () => [{ tag: "script", attrs: { async: true, src: `/${script}` }, injectTo: "head-prepend" }],
  };
}

/** What `module`'s chunk needs and the page itself does not name already. */
function filesOf(bundle: OutputBundle, module: string): string[] {
  const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
  const page = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(module));
  if (page === undefined) throw new Error(`no chunk is made of ${module}`);
  const named = new Set(chunks.filter(({ isEntry }) => isEntry).flatMap((entry) => [...withImports(bundle, entry)]));
  return [...withImports(bundle, page)]
    .filter((chunk) => !named.has(chunk))
    .flatMap((chunk) => [chunk.fileName, ...(chunk.viteMetadata?.importedCss ?? [])])
    .map((file) => `/${file}`);
}

function withImports(bundle: OutputBundle, chunk: OutputChunk, found = new Set<OutputChunk>()): Set<OutputChunk> {
  if (found.has(chunk)) return found;
  found.add(chunk);
  for (const name of chunk.imports) {
    const imported = bundle[name];
    if (imported?.type === "chunk") withImports(bundle, imported, found);
  }
  return found;
}

function sourceOf(pages: readonly (readonly [string, readonly string[]])[]): string {
  return `(function () {
  var answers = (window.facetEarlyAnswers = new Map());
  function ask(attributes) {
    document.head.append(Object.assign(document.createElement("link"), attributes));
  }
  function send(method, path, headers) {
    return fetch(path, { method: method, headers: headers, credentials: "same-origin" });
  }
  // Kept from when it is clear that it will be asked for: the application may come to it first, and waits then.
  function keep(method, path, answer) {
    answers.set(method + " " + path, answer);
    return answer.then(function (response) {
      return response.status === 200 ? response.clone().json() : null;
    });
  }
  function kept(key) {
    try {
      return sessionStorage.getItem(key);
    } catch (error) {
      return null;
    }
  }
  if (/^\\/(login|join)\\b/.test(location.pathname)) return;
  var session = keep("GET", "/api/v1/session", send("GET", "/api/v1/session"));
  ${JSON.stringify(pages)}.forEach(function (page) {
    if (!new RegExp(page[0]).test(location.pathname)) return;
    page[1].forEach(function (file) {
      if (/\\.css$/.test(file)) ask({ rel: "preload", as: "style", crossOrigin: "anonymous", href: file });
      else ask({ rel: "modulepreload", crossOrigin: "anonymous", href: file });
    });
  });
  var project = /^\\/projects\\/(\\d+)\\/annotate$/.exec(location.pathname);
  if (project === null) return;
  // As src/pages/annotate/AnnotatePage.tsx goes on: with the photo from before a reload, else with the next one.
  var task = kept("facet-task-" + project[1]);
  var path = task === null ? "/api/v1/projects/" + project[1] + "/tasks/next" : "/api/v1/tasks/" + task + "/lease";
  var leased = session.then(function (answer) {
    if (answer === null || answer.user === null || answer.user.must_change_password) throw new Error("nobody may");
    return send("POST", path, { "X-CSRF-Token": answer.csrf_token });
  });
  keep("POST", path, leased)
    .then(function (assignment) {
      // Once the application has been given the answer, it asks by itself.
      if (assignment === null || !answers.has("POST " + path)) return;
      // As src/api/download.ts does it.
      ask({ rel: "preload", as: "fetch", crossOrigin: "anonymous", href: assignment.task.photo.image_url });
      if (assignment.fitted_map_url !== null) {
        ask({ rel: "preload", as: "fetch", crossOrigin: "anonymous", href: assignment.fitted_map_url });
      }
    })
    .catch(function () {
      // Whatever failed is asked for again, and told, by the application.
    });
})();
`;
}
