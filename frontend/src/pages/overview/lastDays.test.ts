import { expect, it } from "vitest";
import { lastDays } from "./lastDays";

it("has every day of thirty, with the work of those that have some", () => {
  const worked = { day: "2026-03-01", submitted: 5, approved: 2 };
  const days = lastDays([worked], new Date("2026-03-02T23:30:00Z"));
  expect(days).toHaveLength(30);
  expect(days[0]?.day).toBe("2026-02-01");
  expect(days.slice(-2)).toEqual([
    { day: "2026-03-01", submitted: 5, approved: 2 },
    { day: "2026-03-02", submitted: 0, approved: 0 },
  ]);
});
