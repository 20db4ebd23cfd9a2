import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { componentStyles } from "./component-styles.ts";
import { compressAssets } from "./compress-assets.ts";
import { earlyStart } from "./early-start.ts";
import { fileOfModule, isOwnModule } from "./page-chunks.ts";

function inPackages(...names: string[]): RegExp {
  return new RegExp(`/node_modules/(${names.join("|")})/`);
}

/**
 * What the editor shows of the component library from the first moment on; what those are made of comes with them. All
 * else, such as menus, dialogs and tooltips that find their own place, comes with the page or the click that needs it.
 */
const SHOWN_IN_THE_EDITOR = new RegExp(
  "/@mantine/(notifications/esm/notifications.store|core/esm/(core|components/(ActionIcon|Alert|Anchor|Button|Center|" +
    "Checkbox|CloseButton|Group|Kbd|Loader|SegmentedControl|Slider|Stack|Switch|Text|Title|UnstyledButton)/))",
);

export default defineConfig({
  plugins: [
    react(),
    componentStyles(),
    // The pages on which people wait for photos all day.
    earlyStart([
      { path: "^/projects/\\d+/(annotate|tasks/\\d+)$", module: "/pages/annotate/AnnotatePage.tsx" },
      { path: "^/projects/\\d+/review$", module: "/pages/review/ReviewPage.tsx" },
    ]),
    compressAssets(),
  ],
  build: {
    outDir: "dist",
    // The server's content security policy allows neither inline scripts nor data: URIs for code and fonts.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    target: "es2022",
    rolldownOptions: {
      output: {
        codeSplitting: {
          // A few long-cached files instead of dozens of small ones.
          groups: [
            { name: "react", test: inPackages("react", "react-dom", "react-router", "scheduler", "@tanstack") },
            { name: "mantine", test: SHOWN_IN_THE_EDITOR },
            { name: "icons", test: inPackages("@tabler/icons-react") },
            { name: fileOfModule(), test: isOwnModule },
          ],
        },
      },
    },
  },
  server: {
    port: 5173,
    proxy: { "/api": "http://127.0.0.1:8000" },
  },
  test: {
    // A test that touches the DOM opts in with a `@vitest-environment jsdom` comment on its first line.
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});
