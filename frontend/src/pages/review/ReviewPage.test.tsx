// @vitest-environment jsdom
import { MemoryRouter, Route, Routes } from "react-router";
import { expect, it, vi } from "vitest";
import { UserContext } from "../../api/session";
import { stage } from "../../ui/stage.fake";
import ReviewPage from "./ReviewPage";

const { show } = stage();

it("tells an annotator for whom the reviews are, asks the server for none, and leads back", () => {
  const asked = vi.fn();
  vi.stubGlobal("fetch", asked);
  const annotator = { id: 1, email: "ada@facet.test", name: "Ada", role: "annotator", must_change_password: false } as const;
  show(
    <UserContext value={annotator}>
      <MemoryRouter initialEntries={["/projects/4/review"]}>
        <Routes>
          <Route path="/projects/:projectId/review" element={<ReviewPage />} />
        </Routes>
      </MemoryRouter>
    </UserContext>,
  );
  expect(document.body.textContent).toContain("For reviewers and admins only");
  expect(document.querySelectorAll("h1")).toHaveLength(1);
  expect(document.querySelector("a")?.getAttribute("href")).toBe("/projects/4");
  expect(asked).not.toHaveBeenCalled();
});
