import type { Plugin } from "vite";

const SHEET = "@mantine/core/styles.css";
const ROOT = "\0component-styles.js";
/** What no component can do without, whichever it is. */
const COMMON = ["baseline", "default-css-variables", "global"];
const COMPONENT_SHEET = /\/@mantine\/core\/styles\/.*\.css$/;
const NAMES_OF_CLASSES = /\/@mantine\/core\/esm\/.*\/(\w+)\.module\.mjs$/;

/**
 * Builds into each file the styles of the components in it, in place of the component library's one sheet for all that it
 * has. A component's module is loaded after those that it is made of, so its styles still follow, and override, theirs.
 *
 * The development server keeps the whole sheet: it bundles the library before any plugin sees it.
 */
export function componentStyles(): Plugin {
  return {
    name: "component-styles",
    apply: "build",
    enforce: "pre",
    resolveId: (source) => (source === SHEET ? ROOT : null),
    load: (id) => (id === ROOT ? importsOf(COMMON) : null),
    transform(code, id) {
      if (COMPONENT_SHEET.test(id)) return { code: scaled(code), map: null };
      const component = NAMES_OF_CLASSES.exec(id)?.[1];
      return component === undefined ? null : { code: importsOf([component]) + code, map: null };
    },
  };
}

function importsOf(sheets: readonly string[]): string {
  return sheets.map((sheet) => `import "@mantine/core/styles/${sheet}.css";\n`).join("");
}

/** The single sheets' pixels as the whole sheet has them: they grow with the reader's own size of text. */
function scaled(css: string): string {
  return css.replace(/^(?!.*@media).*$/gm, (line) =>
    line.replace(/(-?\d*\.?\d+)px/g, (_, size: string) => `calc(${Number(size) / 16}rem * var(--mantine-scale))`),
  );
}
