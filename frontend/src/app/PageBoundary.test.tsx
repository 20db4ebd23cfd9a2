// @vitest-environment jsdom
import { MantineProvider } from "@mantine/core";
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { Link, MemoryRouter, Route, Routes } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { PageBoundary } from "./PageBoundary";

let root: Root;

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() }));
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  root = createRoot(document.body.appendChild(document.createElement("div")));
});

afterEach(() => {
  act(() => root.unmount());
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

function Broken(): never {
  throw new TypeError("Failed to fetch dynamically imported module");
}

it("says that a page could not be fetched, and lets another address be tried", () => {
  act(() =>
    root.render(
      <MantineProvider env="test">
        <MemoryRouter initialEntries={["/broken"]}>
          <Link to="/whole">on</Link>
          <PageBoundary>
            <Routes>
              <Route path="/broken" element={<Broken />} />
              <Route path="/whole" element="a page" />
            </Routes>
          </PageBoundary>
        </MemoryRouter>
      </MantineProvider>,
    ),
  );
  expect(document.body.textContent).toContain("Facet has been updated. Reload to go on.");
  act(() => document.querySelector("a")?.click());
  expect(document.body.textContent).toContain("a page");
});
