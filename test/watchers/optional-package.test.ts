import { expect, it } from "vitest";
import { loadPackage } from "../../watchers/optional-package.ts";

const missing = (name: string) => Object.assign(new Error(`Cannot find package '${name}' imported from /app/x.js`), { code: "ERR_MODULE_NOT_FOUND" });

it("gives what it loaded", async () => {
  expect((await loadPackage("here()", "node:path", () => import("node:path"))).sep).toBe("/");
});

it("says which command installs what is missing", async () => {
  await expect(loadPackage("s3()", "@aws-sdk/client-s3", () => Promise.reject(missing("@aws-sdk/client-s3")))).rejects.toMatchObject({
    code: "E_PACKAGE_MISSING",
    message: "s3() needs the package @aws-sdk/client-s3, which is not installed",
    hint: "run: npm install @aws-sdk/client-s3",
  });
});

it.each([
  ["lacks a package of its own", missing("tslib")],
  ["throws while it loads", new TypeError("x is not a function")],
])("leaves the error of a package that %s as it is", async (_, error) => {
  await expect(loadPackage("s3()", "@aws-sdk/client-s3", () => Promise.reject(error))).rejects.toBe(error);
});
