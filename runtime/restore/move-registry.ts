import { type Client, WorkflowIdReusePolicy } from "@temporalio/client";
import { registryClient } from "../../client/registry.ts";
import { registryGone } from "../../client/registry-gone.ts";
import { HeadgateError } from "../../core/errors.ts";
import type { Names } from "../../core/names.ts";
import type { Store } from "../../store/index.ts";
import type { RegistryCarry } from "../../workflows/registry-carry.ts";
import { type ExportFile, hashOf, writeExport } from "./export-file.ts";
import { startWith } from "./start-registry.ts";
import { statusOf } from "./status.ts";

export interface ExportOptions {
  readonly client: Client;
  readonly names: Names;
  /** Close a registry that runs. Without it that is an error. */
  readonly close: boolean;
  readonly now: number;
}

/**
 * Everything that the registry carries. It is offline: the registry completes, and senders wait until it is imported or restored.
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
  const carry = (await client.workflow.getHandle(names.registry).result()) as RegistryCarry;
  return writeExport(names.registry, carry, now);
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
  if (shards !== 1) {
    throw new HeadgateError("E_SHARDS", `this release runs the registry as 1 shard, and ${shards} were asked for`, {
      where: "--shards",
      hint: "import it with --shards 1",
    });
  }
  if (file.registry !== names.registry)
    throw new HeadgateError("E_STATE", `the export is of the registry "${file.registry}", and this environment's is "${names.registry}"`, {
      where: "--environment",
    });
  const status = await statusOf(client, names.registry);
  if (status === "RUNNING")
    throw new HeadgateError("E_REGISTRY_RUNS", `the registry "${names.registry}" runs`, { hint: "`headgate registry export <file> --close` closes it" });
  if (status === null) await assertNewest(file, names, store);
  else if (status !== "COMPLETED" || hashOf((await client.workflow.getHandle(names.registry).result()) as RegistryCarry) !== file.hash) throw stale(file);
  const said = { ...(by === undefined ? {} : { by }), ...(why === undefined ? {} : { why }) };
  const carry: RegistryCarry = { ...file.carry, inbox: [...file.carry.inbox, { kind: "import", ...said }] };
  await startWith(client, names, carry, WorkflowIdReusePolicy.ALLOW_DUPLICATE);
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
