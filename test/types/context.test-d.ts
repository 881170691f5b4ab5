import { expectTypeOf, test } from "vitest";
import { z } from "zod";
import {
  asset,
  type Cause,
  type Connector,
  dag,
  daily,
  type EventInput,
  type Interval,
  type Json,
  type Observation,
  type Publication,
  type TaskContext,
} from "../../core/index.ts";

const rows = asset("s3://lake/context/rows", { partitions: daily(), schema: z.object({ rows: z.number() }) });
const bare = asset("s3://lake/context/bare");

test("a context says which run this is, and of what", () => {
  expectTypeOf<TaskContext["run"]>().toEqualTypeOf<{ readonly id: string; readonly dag: string; readonly cause: Cause }>();
  expectTypeOf<TaskContext["partition"]>().toEqualTypeOf<string | null>();
  expectTypeOf<TaskContext["interval"]>().toEqualTypeOf<Interval | null>();
  expectTypeOf<TaskContext["ds"]>().toEqualTypeOf<string | null>();
  expectTypeOf<TaskContext["attempt"]>().toEqualTypeOf<number>();
});

test("parameters are those of the schema, and none without", () => {
  dag("context-params", { params: z.object({ days: z.number().default(1), region: z.enum(["eu", "us"]).optional() }) }, (d) => {
    d.task("t", {
      run: (_, ctx) => {
        expectTypeOf(ctx.params).toEqualTypeOf<{ days: number; region?: "eu" | "us" | undefined }>();
        // @ts-expect-error there is no such parameter
        return ctx.params.day;
      },
    });
  });
  dag("context-no-params", {}, (d) => {
    // @ts-expect-error there are no parameters
    d.task("t", { run: (_, ctx) => ctx.params.day });
  });
});

test("a connection gives the client of its connector", () => {
  interface Client {
    query(text: string): Promise<readonly Json[]>;
  }
  const warehouse: Connector<Client> = { kind: "own", name: "warehouse", open: () => ({ query: async () => [] }), close: () => undefined };
  dag("context-connection", {}, (d) => {
    d.task("t", {
      run: async (_, ctx) => {
        const client = await ctx.connection(warehouse);
        expectTypeOf(client).toEqualTypeOf<Client>();
        ctx.log.info("read", { rows: (await client.query("select 1")).length });
        // @ts-expect-error the client has no such method
        client.drop();
        // @ts-expect-error a connection is asked for by its connector, not by a name
        await ctx.connection("warehouse");
      },
    });
  });
});

test("skipping ends the handler", () => {
  dag("context-skip", {}, (d) => {
    const task = d.task("t", { run: (_, ctx) => (ctx.attempt > 1 ? ctx.skip("done before") : 7) });
    expectTypeOf(task).toExtend<{ readonly id: string }>();
    d.task("next", {
      needs: { task },
      run: ({ task }) => {
        expectTypeOf(task).toEqualTypeOf<number>();
        return task;
      },
    });
  });
});

test("a publication of a task names no id: ids come from the run", () => {
  expectTypeOf<{ data: { rows: number } }>().toExtend<Publication<typeof rows>>();
  expectTypeOf<{ data: { rows: number }; partition: string; time: string; merge: true }>().toExtend<Publication<typeof rows>>();
  expectTypeOf<Record<never, never>>().toExtend<Publication<typeof bare>>();
  expectTypeOf<Record<never, never>>().not.toExtend<Publication<typeof rows>>();
  dag("context-publish", {}, (d) => {
    // @ts-expect-error the id is made from the run, so that a retry repeats it
    d.task("t", { outlets: [rows], run: (_, ctx) => ctx.publish(rows, { id: "mine", data: { rows: 1 } }) });
  });
});

test("an observation of a watcher may name one, and is an event without its asset", () => {
  expectTypeOf<{ data: { rows: number }; id: string; time: string; partition: string; groups: string[] }>().toExtend<Observation<typeof rows>>();
  expectTypeOf<{ data: { rows: string } }>().not.toExtend<Observation<typeof rows>>();
  expectTypeOf<Observation<typeof bare>>().toExtend<Partial<Omit<EventInput, "partition">>>();
});

test("a context of any task can be handed to a function of one's own", () => {
  function tell(ctx: Pick<TaskContext, "log" | "run" | "signal">): string {
    ctx.log.warn("told");
    return ctx.run.id;
  }
  dag("context-own", {}, (d) => {
    d.task("t", {
      outlets: [rows],
      run: (_, ctx) => {
        ctx.unchanged(rows);
        return tell(ctx);
      },
    });
  });
});
