import { describe } from "vitest";
import { ev, on } from "../play.ts";
import { keeps } from "./promise.ts";

const end = (dag: string, id: string, status = "SUCCESS") => ev(dag, id, { data: { status } });
const success = (dag: string) => on(dag, { where: { status: "SUCCESS" } });
const both = { all: [success("a"), success("b")] };
const flow = "triggers/flow-trigger";

describe("Kestra: flow triggers with preconditions", () => {
  keeps([
    { says: "runs when the flow succeeded", where: flow, dags: { on: success("a") }, when: [["00:00", { event: end("a", "1") }]], starts: ["d@00:00 1"] },
    { says: "not for another state", where: flow, dags: { on: success("a") }, when: [["00:00", { event: end("a", "1", "FAILED") }]], starts: [] },
    {
      says: "DURATION_WINDOW: both inside of the window",
      where: "TimeWindow: DURATION_WINDOW",
      dags: { on: { ...both, within: "12h" } },
      when: [
        ["00:00", { event: end("a", "1") }],
        ["11:00", { event: end("b", "2") }],
      ],
      starts: ["d@11:00 1,2"],
    },
    {
      says: "DURATION_WINDOW: what is older than the window is forgotten",
      where: "MultipleConditionStateStoreContract.expiration",
      dags: { on: { ...both, within: "12h" } },
      when: [
        ["00:00", { event: end("a", "1") }],
        ["12:01", { event: end("b", "2") }],
        ["13:00", { event: end("a", "3") }],
      ],
      starts: ["d@13:00 2,3"],
    },
    {
      says: "SLIDING_WINDOW: looks back from each event",
      where: "MultipleConditionStateStoreContract.slidingWindow",
      dags: { on: { ...both, within: "1h" } },
      when: [
        ["00:00", { event: end("a", "1") }],
        ["00:50", { event: end("a", "2") }],
        ["01:30", { event: end("b", "3") }],
      ],
      starts: ["d@01:30 2,3"],
    },
    {
      says: "DAILY_TIME_DEADLINE: both before the deadline",
      where: "MultipleConditionStateStoreContract.dailyTimeDeadline",
      dags: { on: { ...both, unless: { cron: "0 9 * * *", tz: "Europe/Paris" } } },
      when: [
        ["06:00", { event: end("a", "1") }],
        ["07:59:59", { event: end("b", "2") }],
      ],
      starts: ["d@07:59:59 1,2"],
    },
    {
      says: "DAILY_TIME_DEADLINE: at the deadline it starts anew",
      where: "MultipleConditionStateStoreContract.dailyTimeDeadline_Expired",
      dags: { on: { ...both, unless: { cron: "0 9 * * *", tz: "Europe/Paris" } } },
      when: [
        ["06:00", { event: end("a", "1") }],
        ["08:00", { event: end("b", "2") }],
        ["+1 07:00", { event: end("a", "3") }],
      ],
      starts: ["d@+1 07:00 2,3"],
    },
    {
      says: "DAILY_TIME_WINDOW: only what happened between two times of day",
      where: "MultipleConditionStateStoreContract.dailyTimeWindow",
      dags: { on: on("a", { where: { $time: { between: ["06:00", "09:00"], tz: "Europe/Paris" } } }) },
      when: [
        ["04:59", { event: ev("a", "1") }],
        ["05:00", { event: ev("a", "2") }],
        ["08:00", { event: ev("a", "3") }],
      ],
      starts: ["d@05:00 2"],
    },
    {
      says: "resetOnSuccess: after a run both are waited for anew",
      where: `${flow}: resetOnSuccess`,
      dags: { on: both },
      when: [
        ["00:00", { event: [end("a", "1"), end("b", "2")] }],
        ["00:01", { event: end("a", "3") }],
        ["00:02", { event: end("b", "4") }],
      ],
      starts: ["d@00:00 1,2", "d@00:02 3,4"],
    },
    {
      says: "resetOnSuccess: false — what was met stays met",
      where: `${flow}: resetOnSuccess`,
      dags: { on: { all: [on("a", { keep: true }), success("b")] } },
      when: [
        ["00:00", { event: [end("a", "1"), end("b", "2")] }],
        ["00:01", { event: end("b", "3") }],
      ],
      starts: ["d@00:00 2", "d@00:01 3"],
    },
    {
      says: "where: namespaces by a prefix, any of two states",
      where: `${flow}: where`,
      dags: { on: { pattern: "s3://lake/company/**", where: { status: { in: ["FAILED", "WARNING"] } } } },
      when: [["00:00", { event: [end("company/x/y", "1", "FAILED"), end("other/x", "2", "FAILED"), end("company/z", "3")] }]],
      starts: ["d@00:00 1"],
    },
    {
      says: "a flow is triggered by the end of another, with its state",
      where: "io.kestra.plugin.core.trigger.Flow",
      dags: [
        { on: on("a"), runs: [{ duration: "1m", outcome: "failed" }, { duration: "1m" }] },
        { on: { asset: "headgate://runs/d", where: { status: "failed" } } },
      ],
      when: [["00:00", { event: ev("a", "1") }], ["00:10", { event: ev("a", "2") }], ["00:20"]],
      starts: ["d@00:00 1", "d2@00:01 d/sim-1/1/end", "d@00:10 2"],
    },
  ]);
});

const basics = "triggers/test_basics.py";
const composite = "triggers/test_composite_triggers.py";
const walked = (id: string, kind = "woodchonk") => ev("walked", id, { data: { kind } });

describe("Prefect: event triggers", () => {
  keeps([
    {
      says: "reactive with threshold 1: at once, and again",
      where: basics,
      dags: { on: on("walked") },
      when: [
        ["00:00", { event: walked("1") }],
        ["00:00:11", { event: walked("2") }],
      ],
      starts: ["d@00:00 1", "d@00:00:11 2"],
    },
    {
      says: "reactive with a threshold: as soon as it is reached",
      where: `${basics}: triggers_as_soon_as_it_can`,
      dags: { on: on("walked", { count: 3, within: "20s" }) },
      when: [
        ["00:00", { event: walked("1") }],
        ["00:00:01", { event: walked("2") }],
        ["00:00:02", { event: walked("3") }],
      ],
      starts: ["d@00:00:02 1,2,3"],
    },
    {
      says: "reactive with a threshold: not over a longer time than within",
      where: `${basics}: does_not_trigger_if_threshold_not_met`,
      dags: { on: on("walked", { count: 3, within: "20s" }) },
      when: [
        ["00:00", { event: walked("1") }],
        ["00:00:01", { event: walked("2") }],
        ["00:00:22", { event: walked("3") }],
      ],
      starts: [],
    },
    {
      says: "only expected events",
      where: `${basics}: only_on_expected_events`,
      dags: { on: on("walked") },
      when: [
        ["00:00", { event: ev("snoozed", "1") }],
        ["00:01", { event: walked("2") }],
      ],
      starts: ["d@00:01 2"],
    },
    {
      says: "for_each: counted for each label by itself",
      where: `${basics}: for_each_related_label`,
      dags: { on: on("walked", { count: 3, within: "10m", by: "kind" }) },
      when: [
        ["00:00:01", { event: walked("1", "lily") }],
        ["00:00:02", { event: walked("2", "lily") }],
        ["00:00:03", { event: walked("3", "tulip") }],
        ["00:00:04", { event: walked("4", "lily") }],
        ["00:00:05", { event: [walked("5", "tulip"), walked("6", "tulip")] }],
      ],
      starts: ["d[lily]@00:00:04 1,2,4", "d[tulip]@00:00:05 3,5,6"],
    },
    {
      says: "proactive: when the time is over without the event",
      where: `${basics}: proactive_trigger_fires_after_time_expires`,
      dags: { on: { absent: on("walked"), for: "30s" } },
      when: [["00:00"], ["00:00:10", { event: walked("1") }], ["00:00:39"], ["00:00:45"]],
      starts: ["d@00:00:40"],
    },
    {
      says: "proactive with after: only once the first event came, for each run by itself",
      where: "triggers/test_flow_run_slas.py",
      dags: { on: { sequence: [on("running"), { absent: on("completed"), for: "60s" }], by: "run" } },
      when: [
        ["00:00", { event: ["slow", "quick"].map((run) => ev("running", run, { data: { run } })) }],
        ["00:00:30", { event: ev("completed", "done", { data: { run: "quick" } }) }],
        ["00:05"],
      ],
      starts: ["d[slow]@00:01 slow"],
    },
    {
      says: "proactive with a threshold: fewer than that many",
      where: "triggers/test_service.py",
      dags: { on: { absent: on("walked", { count: 2 }), for: "30s" } },
      when: [["00:00"], ["00:00:10", { event: walked("1") }], ["00:00:31"]],
      starts: ["d@00:00:30"],
    },
    {
      says: "compound any: one of them",
      where: `${composite}: TestCompoundTriggerAny`,
      dags: { on: { any: [on("failed"), on("nonexistent")], within: "5m" } },
      when: [["00:00", { event: [ev("pending", "1"), ev("running", "2"), ev("failed", "3")] }]],
      starts: ["d@00:00 3"],
    },
    {
      says: "compound any in compound any",
      where: `${composite}: any_double_nested`,
      dags: {
        on: {
          any: [
            { any: [on("failed"), on("none")], within: "5m" },
            { any: [on("completed"), on("none")], within: "5m" },
          ],
          within: "5m",
        },
      },
      when: [
        ["00:00", { event: ev("completed", "1") }],
        ["00:01", { event: ev("failed", "2") }],
      ],
      starts: ["d@00:00 1", "d@00:01 2"],
    },
    {
      says: "compound all: nothing while one is missing",
      where: `${composite}: all_no_match`,
      dags: { on: { all: [on("failed"), on("nonexistent")], within: "5m" } },
      when: [["00:00", { event: ev("failed", "1") }]],
      starts: [],
    },
    {
      says: "compound all: in any order, inside of within",
      where: `${composite}: TestCompoundTriggerAll`,
      dags: { on: { all: [on("failed"), on("completed")], within: "5m" } },
      when: [
        ["00:00", { event: ev("completed", "1") }],
        ["00:05", { event: ev("failed", "2") }],
      ],
      starts: ["d@00:05 1,2"],
    },
    {
      says: "compound all: outside of within it does not fire",
      where: `${composite}: TestCompoundTriggerAll`,
      dags: { on: { all: [on("failed"), on("completed")], within: "5m" } },
      when: [
        ["00:00", { event: ev("completed", "1") }],
        ["00:05:01", { event: ev("failed", "2") }],
      ],
      starts: [],
    },
    {
      says: "compound of a number: two of three",
      where: `${composite}: TestCompoundTriggerNumeric`,
      dags: { on: { atLeast: 2, of: [on("failed"), on("completed"), on("none")], within: "5m" } },
      when: [
        ["00:00", { event: ev("completed", "1") }],
        ["00:01", { event: ev("failed", "2") }],
      ],
      starts: ["d@00:01 1,2"],
    },
    {
      says: "sequence: in order",
      where: `${composite}: TestSequenceTrigger`,
      dags: { on: { sequence: [on("running"), on("completed")], within: "5m" } },
      when: [
        ["00:00", { event: ev("running", "1") }],
        ["00:01", { event: ev("completed", "2") }],
      ],
      starts: ["d@00:01 1,2"],
    },
    {
      says: "sequence: not in another order",
      where: `${composite}: TestSequenceTrigger`,
      dags: { on: { sequence: [on("running"), on("completed")], within: "5m" } },
      when: [
        ["00:00", { event: ev("completed", "2") }],
        ["00:01", { event: ev("running", "1") }],
      ],
      starts: [],
    },
  ]);
});

const signal = (name: string, id: string, params: object) => ev(name, id, { data: params as never });
const maestro = "sample-signal-trigger-wf.json";
const joined = { all: [on("signal_a"), on("signal_b")], by: { "s3://lake/signal_a": "updated_by", "s3://lake/signal_b": "posted_by" } };

describe("Maestro: signals", () => {
  keeps([
    {
      says: "two signals join when their join keys are equal",
      where: maestro,
      dags: { on: joined },
      when: [
        ["00:00", { event: signal("signal_a", "1", { foo: "bat", watermark: 123456, updated_by: "tester" }) }],
        ["00:01", { event: signal("signal_b", "2", { bar: "baz", watermark: 123456, posted_by: "tester" }) }],
      ],
      starts: ["d[tester]@00:01 1,2"],
    },
    {
      says: "signals with different join keys do not join",
      where: maestro,
      dags: { on: joined },
      when: [["00:00", { event: [signal("signal_a", "1", { updated_by: "x" }), signal("signal_b", "2", { posted_by: "y" })] }]],
      starts: [],
    },
    {
      says: "join keys of several parameters",
      where: "SignalTriggerMatchTest",
      dags: { on: { all: [on("a"), on("b")], by: ["day", "hour"] } },
      when: [
        ["00:00", { event: [signal("a", "1", { day: 20500101, hour: "00" }), signal("b", "2", { day: "20500101", hour: "01" })] }],
        ["00:01", { event: signal("b", "3", { day: "20500101", hour: "00" }) }],
      ],
      starts: ["d[20500101|00]@00:01 1,3"],
    },
    {
      says: "a match on parameters with operators",
      where: "SignalMatchDto",
      dags: { on: on("table", { where: { watermark: { gte: 100 }, region: { ne: "test" } } }) },
      when: [
        ["00:00", { event: [signal("table", "1", { watermark: 99 }), signal("table", "2", { watermark: 100 }), signal("table", "3", { watermark: "200" })] }],
      ],
      starts: ["d@00:00 2"],
    },
    {
      says: "a step waits for a signal that came before, and does not use it up",
      where: "signal dependencies",
      dags: { on: { all: [on("go"), on("table1", { keep: true, where: { date: "20500101" } })] } },
      when: [
        ["00:00", { event: signal("table1", "t", { date: "20500101", hour: "00" }) }],
        ["00:01", { event: ev("go", "1") }],
        ["00:02", { event: ev("go", "2") }],
      ],
      starts: ["d@00:01 1", "d@00:02 2"],
    },
    {
      says: "each signal gives its own run",
      where: "SignalTriggerExecutionProcessor",
      dags: { on: on("a"), mode: "each" },
      when: [["00:00", { event: ["1", "2", "3"].map((id) => ev("a", id)) }]],
      starts: ["d@00:00 1", "d@00:00 2", "d@00:00 3"],
    },
  ]);
});
