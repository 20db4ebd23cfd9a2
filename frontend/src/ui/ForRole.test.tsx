// @vitest-environment jsdom
import { MantineProvider } from "@mantine/core";
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { UserContext } from "../api/session";
import type { Role } from "../api/types";
import { ForRole } from "./ForRole";

let root: Root;

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() }));
  const place = document.createElement("div");
  document.body.replaceChildren(place);
  root = createRoot(place);
});

afterEach(() => {
  act(() => root.unmount());
  vi.unstubAllGlobals();
});

function show(role: Role, needs: "reviewer" | "admin") {
  const user = { id: 1, email: "ada@facet.test", name: "Ada", role, must_change_password: false };
  act(() =>
    root.render(
      <MantineProvider env="test">
        <UserContext value={user}>
          <main>
            <ForRole needs={needs} title="Settings" instead="Ask an admin.">
              <p>inside</p>
            </ForRole>
          </main>
        </UserContext>
      </MantineProvider>,
    ),
  );
  return document.querySelector("main")?.textContent;
}

it.each([
  ["annotator", "reviewer", "For reviewers and admins only"],
  ["annotator", "admin", "For admins only"],
  ["reviewer", "admin", "For admins only"],
] as const)("tells the role %s for whom it is, where it is for %s and above", (role, needs, told) => {
  expect(show(role, needs)).toBe(`Settings${told}Ask an admin.`);
});

it("shows it to the role and those above", () => {
  expect(show("reviewer", "reviewer")).toBe("inside");
  expect(show("admin", "reviewer")).toBe("inside");
});
