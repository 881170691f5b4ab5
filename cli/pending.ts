import type { Command } from "commander";
import { defined } from "../core/defined.ts";
import { HeadgateError } from "../core/errors.ts";
import { act } from "./frame/command.ts";
import { API_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { limitOption } from "./frame/limit-option.ts";
import { type OperatorOptions, whyOf, withOperator } from "./frame/operator.ts";
import { pendingText } from "./pending-text.ts";
import { count } from "./text/count-text.ts";

interface ListOptions {
  readonly key?: string;
  readonly limit?: number;
}

/** Most events that one answer lists. */
const MOST = 1_000;

/** `headgate pending list|clear <dag>`: what has gathered for a DAG and waits. */
export function addPending(program: Command): void {
  const pending = program
    .command("pending")
    .helpCommand(false)
    .summary("what has gathered for a DAG; let go of it")
    .description("What has gathered for a DAG and waits for the rest of its condition, a slot, or a person.")
    .helpGroup("Look");
  const verb = (name: string): Command =>
    withSettings(withOutput(pending.command(name).argument("<dag>", "its id").option("--key <key>", "of this key or partition only")), API_SETTINGS);

  const list = verb("list").description("Lists the pending events of a DAG by key, oldest first.").addOption(limitOption("events"));
  withExamples(list, [
    ["headgate pending list orders-mart", "what has gathered"],
    ["headgate pending list orders-mart --key 2026-11-23", "for one day"],
  ]);
  act<ListOptions, [string]>(list, async ({ api, options, output }, dag) => {
    const { key, limit = 100 } = options;
    const query = { limit: Math.min(limit, MOST), ...defined({ key }) };
    const found = await (await api()).get("/v1/dags/{dag}/pending", { params: { dag }, query });
    output.result(found, () => pendingText(found, output));
    return undefined;
  });

  const clear = withOperator(verb("clear")).description("Lets go of what is pending for a DAG: no run will take it. The ledger says who did it and why.");
  withExamples(clear, [[`headgate pending clear orders-mart --key 2026-11-23 --reason "loaded by hand"`, "of one day"]]);
  act<OperatorOptions & { readonly key?: string }, [string]>(clear, async ({ api, options, output }, dag) => {
    const { key, reason } = options;
    if (reason === undefined) {
      throw new HeadgateError("E_USAGE", "what is cleared is gone for this DAG, so the ledger must say why", { where: "--reason", hint: `add --reason "..."` });
    }
    const body = { ...whyOf(options), reason, ...defined({ key }) };
    const done = await (await api()).post("/v1/dags/{dag}/clear", { params: { dag }, body });
    output.result(done, () =>
      done.events === 0 ? `nothing was pending for ${dag}` : `${output.paint.yellow("cleared")} ${count(done.events, "pending event")} of ${dag}`,
    );
    return undefined;
  });
}
