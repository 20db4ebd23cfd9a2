import type { Insights } from "../../api/types";

/** Milliseconds. */
const DAY = 86_400_000;

/** Thirty days up to today, by the server's calendar, which is UTC. */
export function lastDays(worked: Insights["days"], now: Date): { day: string; submitted: number; approved: number }[] {
  return Array.from({ length: 30 }, (_, i) => {
    const day = new Date(now.getTime() - (29 - i) * DAY).toISOString().slice(0, 10);
    const { submitted = 0, approved = 0 } = worked.find((each) => each.day === day) ?? {};
    return { day, submitted, approved };
  });
}
