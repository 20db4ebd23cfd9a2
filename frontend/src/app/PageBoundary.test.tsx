// @vitest-environment jsdom
import { act } from "react";
import { Link, MemoryRouter, Route, Routes } from "react-router";
import { beforeEach, expect, it, vi } from "vitest";
import { stage } from "../ui/stage.fake";
import { PageBoundary } from "./PageBoundary";

const { show } = stage();

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});

function Broken(): never {
  throw new TypeError("Failed to fetch dynamically imported module");
}

it("says that a page could not be fetched, and lets another address be tried", () => {
  show(
    <MemoryRouter initialEntries={["/broken"]}>
      <Link to="/whole">on</Link>
      <PageBoundary>
        <Routes>
          <Route path="/broken" element={<Broken />} />
          <Route path="/whole" element="a page" />
        </Routes>
      </PageBoundary>
    </MemoryRouter>,
  );
  expect(document.body.textContent).toContain("Facet has been updated. Reload to go on.");
  act(() => document.querySelector("a")?.click());
  expect(document.body.textContent).toContain("a page");
});
