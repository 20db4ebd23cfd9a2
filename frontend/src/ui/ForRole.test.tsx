// @vitest-environment jsdom
import { expect, it } from "vitest";
import { UserContext } from "../api/session";
import type { Role } from "../api/types";
import { ForRole } from "./ForRole";
import { stage } from "./stage.fake";

const { show } = stage();

function shown(role: Role, needs: "reviewer" | "admin") {
  const user = { id: 1, email: "ada@facet.test", name: "Ada", role, must_change_password: false };
  show(
    <UserContext value={user}>
      <main>
        <ForRole needs={needs} title="Settings" instead="Ask an admin.">
          <p>inside</p>
        </ForRole>
      </main>
    </UserContext>,
  );
  return document.querySelector("main")?.textContent;
}

it.each([
  ["annotator", "reviewer", "For reviewers and admins only"],
  ["annotator", "admin", "For admins only"],
  ["reviewer", "admin", "For admins only"],
] as const)("tells the role %s for whom it is, where it is for %s and above", (role, needs, told) => {
  expect(shown(role, needs)).toBe(`Settings${told}Ask an admin.`);
});

it("shows it to the role and those above", () => {
  expect(shown("reviewer", "reviewer")).toBe("inside");
  expect(shown("admin", "reviewer")).toBe("inside");
});
