import { it } from "vitest";
import type { Stage } from "../stage.ts";

/** dags/realtime: events of users as they come, and metrics by the hour in which they happened. */
export function realtimeScene(stage: Stage): void {
  it("counts the hours that were touched, and an hour again when something late comes for it", async () => {
    const event = (id: string, user: string, at: string, amount: number | null = null): string =>
      JSON.stringify({ id, user, session: `${user} 1`, kind: amount === null ? "view" : "purchase", amount, at });
    await stage.produce("behaviour", [
      event("b1", "ada", "2026-11-23T10:05:00Z"),
      event("b2", "bob", "2026-11-23T10:59:59Z", 20),
      event("b3", "ada", "2026-11-23T11:00:00Z"),
      event("b1", "ada", "2026-11-23T10:05:00Z"),
    ]);
    const hours = "select extract(hour from hour at time zone 'utc')::int, users, events, average_purchase from metrics.hourly_users order by hour";
    await stage.answers(
      [
        [10, 2, 2, "20.00"],
        [11, 1, 1, null],
      ],
      hours,
    );
    await stage.produce("behaviour", [event("b4", "eve", "2026-11-23T10:30:00Z", 10)]);
    await stage.answers(
      [
        [10, 3, 3, "15.00"],
        [11, 1, 1, null],
      ],
      hours,
    );
  });
}
