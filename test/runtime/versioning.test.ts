import { describe, expect, it } from "vitest";
import { namesFor } from "../../core/names.ts";
import { buildOf, workerDeployment } from "../../runtime/versioning.ts";

const CATALOG = { hash: "0123456789abcdef0123" };
const SETTINGS = { versioning: "pinned", buildId: undefined, project: "sales" } as const;

describe("the build of a worker", () => {
  it.each([
    ["is the hash of the catalogue, in the deployment of the project", SETTINGS, "", { deploymentName: "headgate-sales", buildId: "0123456789ab" }],
    ["is what the setting says", { ...SETTINGS, buildId: "9f2c61d" }, "", { deploymentName: "headgate-sales", buildId: "9f2c61d" }],
    ["is told apart by environment", SETTINGS, "staging", { deploymentName: "staging-headgate-sales", buildId: "0123456789ab" }],
    ["is none unless runs are pinned", { ...SETTINGS, versioning: "off" }, "", undefined],
  ] as const)("%s", (_, settings, environment, expected) => {
    const build = buildOf(settings, namesFor(environment), CATALOG);
    expect(build).toEqual(expected);
    const options = workerDeployment(build).workerDeploymentOptions;
    expect(options).toEqual(expected === undefined ? undefined : { version: expected, useWorkerVersioning: true, defaultVersioningBehavior: "PINNED" });
  });
});
