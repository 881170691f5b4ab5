import type { Client } from "@temporalio/client";
import { closeRegistry } from "../../client/close-registry.ts";
import { registryClient } from "../../client/registry.ts";
import { registryGone } from "../../client/registry-gone.ts";
import { HeadgateError } from "../../core/errors.ts";
import { FACTS_OF_A_SHARD } from "../../core/fact.ts";
import type { Names } from "../../core/names.ts";
import { shardName } from "../../core/shard-protocol.ts";
import type { Store } from "../../store/index.ts";
import type { RegistryCarry } from "../../workflows/registry-carry.ts";
import { type ExportFile, hashOf, writeExport } from "./export-file.ts";
import { mergeCarries, splitCarry } from "./shard-carries.ts";
import { startAll } from "./start-registry.ts";
import { statusOf } from "./status.ts";

export interface ExportOptions {
  readonly client: Client;
  readonly names: Names;
  /** Close a registry that runs. Without it that is an error. */
  readonly close: boolean;
  readonly now: number;
}

/**
 * Everything that the registry carries, of all of its shards. It is offline: the registry completes, and senders wait until it is imported or restored.
 * A registry that was exported before can be exported again. Throws `E_REGISTRY_RUNS`, `E_REGISTRY_CLOSED`.
 */
export async function exportRegistry({ client, close, names, now }: ExportOptions): Promise<ExportFile> {
  const status = await statusOf(client, names.registry);
  if (status === "RUNNING") {
    if (!close) {
      throw new HeadgateError("E_REGISTRY_RUNS", `the registry "${names.registry}" runs`, {
        hint: "add --close: it completes, and senders wait until `headgate registry import`",
      });
    }
    await registryClient(client, names).closeForExport();
  } else if (status === null) throw await registryGone(client, names.registry, undefined);
  else if (status !== "COMPLETED") {
    throw new HeadgateError("E_REGISTRY_CLOSED", `the registry "${names.registry}" was ${status.toLowerCase()}, so nobody knows all that it had`, {
      hint: "restore it first: `headgate registry restore`",
    });
  }
  return writeExport(names.registry, await closedCarry(client, names), now);
}

/** What a closed registry carried. Its router has nothing on the way to other shards, and closes them after itself. Throws `E_REGISTRY_CLOSED`. */
async function closedCarry(client: Client, names: Names): Promise<RegistryCarry> {
  const router = (await client.workflow.getHandle(names.registry).result()) as RegistryCarry;
  const carries = [router];
  for (let shard = 1; shard < (router.state.shard?.of ?? 1); shard += 1) {
    const workflow = shardName(names.registry, shard);
    const status = await statusOf(client, workflow);
    if (status === "RUNNING") await closeRegistry(client.workflow.getHandle(workflow));
    else if (status !== "COMPLETED") {
      throw new HeadgateError("E_REGISTRY_CLOSED", `the shard "${workflow}" was ${status?.toLowerCase() ?? "deleted"}, so nobody knows all that it had`, {
        hint: "restore it first: `headgate registry restore`",
      });
    }
    carries.push((await client.workflow.getHandle(workflow).result()) as RegistryCarry);
  }
  return mergeCarries(carries);
}

export interface ImportOptions {
  readonly client: Client;
  readonly names: Names;
  readonly file: ExportFile;
  /** Undefined where there is no store to ask. */
  readonly store: Store | undefined;
  readonly shards: number;
  readonly by?: string;
  readonly why?: string;
}

/**
 * Starts the registry with what an export has. The registry must not run, and the export must be its last state: with an older one,
 * events would be consumed again. Throws `E_REGISTRY_RUNS`, `E_SHARDS`, `E_STATE`.
 */
export async function importRegistry({ by, client, file, names, shards, store, why }: ImportOptions): Promise<void> {
  if (file.registry !== names.registry)
    throw new HeadgateError("E_STATE", `the export is of the registry "${file.registry}", and this environment's is "${names.registry}"`, {
      where: "--environment",
    });
  const status = await statusOf(client, names.registry);
  if (status === "RUNNING")
    throw new HeadgateError("E_REGISTRY_RUNS", `the registry "${names.registry}" runs`, { hint: "`headgate registry export <file> --close` closes it" });
  if (status === null) await assertNewest(file, names, store);
  else if (status !== "COMPLETED" || hashOf(await closedCarry(client, names)) !== file.hash) throw stale(file);
  // A registry that is one workflow again numbers its facts on from the highest of its shards: nobody waits for those between.
  if (shards === 1 && file.carry.state.counters.fact >= FACTS_OF_A_SHARD) await store?.closeFacts(names.registry, file.carry.state.counters.fact);
  const said = { ...(by === undefined ? {} : { by }), ...(why === undefined ? {} : { why }) };
  const carries = splitCarry(file.carry, shards, Date.parse(file.exportedAt)).map(
    (carry): RegistryCarry => ({ ...carry, inbox: [...carry.inbox, { kind: "import", ...said }] }),
  );
  await startAll({ client, names, carries, importing: `${shards} ${file.hash}` });
}

/** On a server that knows of no registry, the store is asked whether it has heard more than the export knows. */
async function assertNewest(file: ExportFile, names: Names, store: Store | undefined): Promise<void> {
  const heard = (await store?.listProjections())?.find((one) => one.registry === names.registry)?.covered.at(-1)?.[1] ?? 0;
  if (heard > file.carry.state.counters.fact) throw stale(file);
}

function stale(file: ExportFile): HeadgateError {
  return new HeadgateError("E_STATE", `the registry went on after the export of ${file.exportedAt}: with it, events would be consumed again`, {
    hint: "export it anew, or put it back with `headgate registry restore`",
  });
}
