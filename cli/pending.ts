import type { Command } from "commander";
import { defined } from "../core/defined.ts";
import { HeadgateError } from "../core/errors.ts";
import { jsonView } from "../core/json-view.ts";
import type { PendingList } from "../registry/index.ts";
import { unknownDag } from "./dags.ts";
import { act } from "./frame/command.ts";
import type { Servers } from "./frame/connect.ts";
import { SERVER_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { limitOption } from "./frame/limit-option.ts";
import { askedBy, type OperatorOptions, withOperator } from "./frame/operator.ts";
import { pendingText } from "./pending-text.ts";
import { count } from "./text/count-text.ts";

interface ListOptions {
  readonly key?: string;
  readonly limit?: number;
}

/** `headgate pending list|clear <dag>`: what has gathered for a DAG and waits. */
export function addPending(program: Command): void {
  const pending = program
    .command("pending")
    .helpCommand(false)
    .summary("what has gathered for a DAG; let go of it")
    .description("What has gathered for a DAG and waits for the rest of its condition, a slot, or a person.")
    .helpGroup("Look");
  const verb = (name: string): Command =>
    withSettings(withOutput(pending.command(name).argument("<dag>", "its id").option("--key <key>", "of this key or partition only")), SERVER_SETTINGS);

  const list = verb("list").description("Lists the pending events of a DAG by key, oldest first.").addOption(limitOption("events"));
  withExamples(list, [
    ["headgate pending list orders-mart", "what has gathered"],
    ["headgate pending list orders-mart --key 2026-11-23", "for one day"],
  ]);
  act<ListOptions, [string]>(list, async ({ options, output, servers }, dag) => {
    const found = await pendingOf(await servers(), dag, options);
    output.result(jsonView(found), () => pendingText(found, output));
    return undefined;
  });

  const clear = withOperator(verb("clear")).description("Lets go of what is pending for a DAG: no run will take it. The ledger says who did it and why.");
  withExamples(clear, [[`headgate pending clear orders-mart --key 2026-11-23 --reason "loaded by hand"`, "of one day"]]);
  act<OperatorOptions & { readonly key?: string }, [string]>(clear, async ({ options, output, servers }, dag) => {
    if (options.reason === undefined) {
      throw new HeadgateError("E_USAGE", "what is cleared is gone for this DAG, so the ledger must say why", { where: "--reason", hint: `add --reason "..."` });
    }
    const all = await servers();
    await pendingOf(all, dag, { limit: 1 });
    const done = await (await all.registry()).clear(dag, { ...askedBy(options), ...defined({ key: options.key }) });
    output.result({ dag, ...done }, () =>
      done.events === 0 ? `nothing was pending for ${dag}` : `${output.paint.yellow("cleared")} ${count(done.events, "pending event")} of ${dag}`,
    );
    return undefined;
  });
}

async function pendingOf({ registry }: Servers, dag: string, options: ListOptions): Promise<PendingList> {
  const asked = await registry();
  const found = await asked.pending({ dag, ...defined({ key: options.key, limit: options.limit }) });
  if (found !== null) return found;
  throw unknownDag(
    dag,
    (await asked.state()).consumers.map((one) => one.dag),
  );
}
