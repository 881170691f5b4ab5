import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkId, RESERVED_IDS, suggestId } from "../../../core/authoring/ids.ts";
import { caught, said } from "../caught.ts";

describe("ids", () => {
  it.each(["a", "orders-clean", "2026-report", "x".repeat(63), "a--b"])("%s is one", (id) => {
    expect(checkId("DAG", id, "here")).toBe(id);
  });

  it.each(["", "-a", "a-", "Orders", "a_b", "a b", "a/b", "a.b", "ä", "x".repeat(64), "a\n"])("%j is none", (id) => {
    expect(caught(() => checkId("task", id, "here"))).toMatchObject({ code: "E_ID", where: "here" });
  });

  it.each([1, null, undefined, {}])("%j is not even text", (id) => {
    expect(said(() => checkId("DAG", id, "here"))).toMatch(/^E_ID: the id of a DAG is .+, not text/);
  });

  it.each([...RESERVED_IDS])("%s is reserved", (id) => {
    expect(said(() => checkId("DAG", id, "here"))).toContain(`"${id}" is reserved`);
  });

  it("names that every object inherits are all reserved or no ids", () => {
    for (const name of Object.getOwnPropertyNames(Object.prototype)) {
      expect(caught(() => checkId("DAG", name, "here")).code).toBe("E_ID");
    }
  });

  it("a project may have our name, but no other form", () => {
    expect(checkId("project", "headgate", "here")).toBe("headgate");
    expect(caught(() => checkId("project", "Head Gate", "here")).hint).toBe('write "head-gate"');
  });

  it.each([
    ["OrdersClean", "orders-clean"],
    ["orders_clean", "orders-clean"],
    ["  Orders / Clean! ", "orders-clean"],
    ["ordersV2Clean", "orders-v2-clean"],
    ["---", ""],
    [`${"ab-".repeat(30)}`, "ab-".repeat(21).slice(0, 62)],
  ])("for %j, the suggestion is %j", (id, suggestion) => {
    expect(suggestId(id)).toBe(suggestion);
    if (suggestion !== "") {
      expect(checkId("DAG", suggestion, "here")).toBe(suggestion);
    }
  });
});

it("no name that the workflow bundle exports can be the id of a DAG", () => {
  const bundle = readFileSync(new URL("../../../workflows/index.ts", import.meta.url), "utf8");
  const names = [...bundle.matchAll(/export \{([^}]*)\}/g)].flatMap((match) =>
    (match[1] ?? "").split(",").map((name) => name.trim().split(" as ").at(-1) ?? ""),
  );
  expect(names).toContain("default");
  for (const name of names) {
    expect(caught(() => checkId("DAG", name, "here")).code).toBe("E_ID");
  }
});
