// @vitest-environment jsdom
import { MemoryRouter } from "react-router";
import { expect, it } from "vitest";
import type { Insights } from "../../api/types";
import { stage } from "../../ui/stage.fake";
import { SentBackNotice } from "./SentBackNotice";

const { show } = stage();

const NOTHING: Insights["mine"] = {
  submitted: 3,
  approved: 1,
  active_seconds_mean: 40,
  begun: 0,
  sent_back: 0,
  first_sent_back: null,
  skipped: 0,
};
const FIRST = { task_id: 7, photo: "face_7.jpg", comments: ["A little lower.", "And the chin."] };

function notice(mine: Partial<Insights["mine"]>): Element | null {
  show(
    <MemoryRouter>
      <SentBackNotice projectId={4} mine={{ ...NOTHING, ...mine }} />
    </MemoryRouter>,
  );
  return document.querySelector("[data-testid=sent-back]");
}

it("tells what was sent back, why, and opens it", () => {
  const told = notice({ sent_back: 1, first_sent_back: FIRST });
  expect(told?.textContent).toContain("face_7.jpg was sent back to you");
  expect(told?.textContent).toContain("A little lower. · And the chin.");
  expect(told?.querySelector("a")?.getAttribute("href")).toBe("/projects/4/annotate");
});

it("counts what else came back", () => {
  const told = (sentBack: number) => notice({ sent_back: sentBack, first_sent_back: FIRST })?.textContent;
  expect(told(2)).toContain("face_7.jpg and 1 more photo were sent back to you");
  expect(told(12)).toContain("face_7.jpg and 11 more photos were sent back to you");
});

it("opens it by its own address while the queue gives work that was begun before it", () => {
  const told = notice({ sent_back: 1, first_sent_back: FIRST, begun: 2 });
  expect(told?.querySelector("a")?.getAttribute("href")).toBe("/projects/4/tasks/7");
});

it("says nothing when nothing came back", () => {
  expect(notice({})).toBeNull();
});
