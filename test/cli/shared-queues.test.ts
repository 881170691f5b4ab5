import { expect, it } from "vitest";
import { sharedQueues } from "../../cli/shared-queues.ts";
import { asset } from "../../core/authoring/asset.ts";
import { buildCatalog } from "../../core/authoring/catalog-build.ts";
import { watch } from "../../core/authoring/watch.ts";
import { files } from "../../watchers/files/index.ts";
import { sqs } from "../../watchers/sqs/index.ts";
import { watchedPlace } from "../../watchers/watched-place.ts";

const map = (): undefined => undefined;
const queue = (id: string, name: string) => watch(id, sqs({ connection: "eu", queue: name }), { publishes: asset("sqs://eu/orders"), map });
const folder = (id: string) => watch(id, files(), { publishes: asset("file:///lake"), map });

const theirs = [queue("orders", "orders"), folder("landing")];
const known = {
  places: [...theirs, queue("gone", "returns")].map(watchedPlace).map(({ id, fingerprint }) => ({ watcher: id, fingerprint })),
  catalogs: [buildCatalog("shop", theirs, { taskQueue: "shop" }).catalog],
};

it.each([
  ["a queue that a watcher of another project reads", queue("returns", "orders"), ["W_QUEUE_SHARED"]],
  ["a queue of its own", queue("returns", "others"), []],
  ["a queue whose reader is deployed no more", queue("returns", "returns"), []],
  ["a folder that another one reads, too", folder("arrivals"), []],
])("a deploy with a watcher of %s warns as it should", (_, watcher, codes) => {
  expect(sharedQueues("lake", [watcher], known).map(({ code }) => code)).toEqual(codes);
});

it("a project is not warned of itself", () => {
  expect(sharedQueues("shop", theirs, known)).toEqual([]);
});
