import { expect, it } from "vitest";
import { sharedQueues } from "../../cli/shared-queues.ts";
import { asset } from "../../core/authoring/asset.ts";
import { buildCatalog } from "../../core/authoring/catalog-build.ts";
import { watch } from "../../core/authoring/watch.ts";
import type { DagDefinition } from "../../core/definition.ts";
import { dag } from "../../core/index.ts";
import { files } from "../../watchers/files/index.ts";
import { sqs } from "../../watchers/sqs/index.ts";
import { watchedPlace } from "../../watchers/watched-place.ts";

const map = (): undefined => undefined;
const source = (name: string) => sqs({ connection: "eu", queue: name });
const queue = (id: string, name: string) => watch(id, source(name), { publishes: asset("sqs://eu/orders"), map });
const folder = (id: string) => watch(id, files(), { publishes: asset("file:///lake"), map });
const takes = (id: string, name: string): DagDefinition => dag(id, {}, (d) => void d.consume("items", source(name)));
const waits = (id: string, name: string): DagDefinition => dag(id, {}, (d) => void d.waitFor("item", source(name), { match: () => true }));

const theirs = [queue("orders", "orders"), folder("landing"), takes("billing", "bills"), waits("approvals", "answers")];
const watchers = [theirs[0], theirs[1], queue("gone", "returns")].flatMap((one) => (one?.kind === "watcher" ? [one] : []));
const placeOf = (name: string): string => `sqs ${source(name).describe(undefined)}`;
const known = {
  places: watchers.map(watchedPlace).map(({ id, fingerprint }) => ({ watcher: id, fingerprint })),
  tasks: [
    { dag: "billing", task: "items", fingerprint: placeOf("bills") },
    { dag: "approvals", task: "item", fingerprint: placeOf("answers") },
    { dag: "removed", task: "items", fingerprint: placeOf("old") },
  ],
  catalogs: [buildCatalog("shop", theirs, { taskQueue: "shop" }).catalog],
};

it.each([
  [
    "a watcher of a queue that a watcher of another project reads",
    queue("returns", "orders"),
    "watcher returns reads sqs://eu/orders, as does watcher orders of project shop",
  ],
  ["a watcher of a queue from which a task there takes batches", queue("bills", "bills"), "as does task items of dag billing of project shop"],
  ["a task that takes from a queue that a watcher there reads", takes("ours", "orders"), "dag ours, task items reads sqs://eu/orders, as does watcher orders"],
  ["a task that takes from a queue in which a task there waits", waits("ours", "answers"), "as does task item of dag approvals of project shop"],
])("a deploy with %s warns", (_, definition, text) => {
  expect(sharedQueues("lake", [definition], known)).toMatchObject([{ code: "W_QUEUE_SHARED", text: expect.stringContaining(text) }]);
});

it.each([
  ["a queue of its own", queue("returns", "others")],
  ["a queue whose watcher is deployed no more", queue("returns", "returns")],
  ["a queue whose task is deployed no more", takes("ours", "old")],
  ["a folder that another one reads, too", folder("arrivals")],
])("a deploy with a reader of %s does not", (_, definition) => {
  expect(sharedQueues("lake", [definition], known)).toEqual([]);
});

it("a project is not warned of itself", () => {
  expect(sharedQueues("shop", theirs, known)).toEqual([]);
});
