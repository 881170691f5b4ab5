import { expectTypeOf, test } from "vitest";
import type { Leaf, LeafOf, PartitionOf } from "../../core/authoring/leaf.ts";
import type { CommonPath, PathOf, Test, ValueAt, Where } from "../../core/authoring/where.ts";
import type { Filter } from "../../core/condition.ts";

interface Order {
  id: string;
  total: number;
  paid?: boolean | undefined;
  customer: { name: string; address: { city: string; zip: string | null } };
  lines: { sku: string }[];
  $raw: string;
}

test("paths are dotted, through objects, not through lists", () => {
  expectTypeOf<PathOf<Order>>().toEqualTypeOf<
    "id" | "total" | "paid" | "customer" | "customer.name" | "customer.address" | "customer.address.city" | "customer.address.zip" | "lines" | "$raw"
  >();
  expectTypeOf<PathOf<unknown>>().toEqualTypeOf<string>();
  expectTypeOf<PathOf<{ a: { b: unknown } }>>().toEqualTypeOf<"a" | "a.b" | `a.b.${string}`>();
  expectTypeOf<PathOf<{ kind: "a"; x: number } | { kind: "b"; y: number }>>().toEqualTypeOf<"kind" | "x" | "y">();
});

test("a path of a type that contains itself ends", () => {
  interface Tree {
    name: string;
    parent?: Tree;
  }
  expectTypeOf<"parent.parent.parent.name">().toExtend<PathOf<Tree>>();
  expectTypeOf<"parent.parent.parent.parent.parent.name">().not.toExtend<PathOf<Tree>>();
});

test("the value at a path is found through optional fields", () => {
  expectTypeOf<ValueAt<Order, "customer.address.zip">>().toEqualTypeOf<string | null>();
  expectTypeOf<ValueAt<Order, "total">>().toEqualTypeOf<number>();
  expectTypeOf<ValueAt<{ a?: { b: number } }, "a.b">>().toEqualTypeOf<number>();
  expectTypeOf<ValueAt<Order, "nothing">>().toEqualTypeOf<never>();
  expectTypeOf<ValueAt<unknown, "anything">>().toEqualTypeOf<unknown>();
});

test("only fields that all leaves have are common", () => {
  type A = Leaf<"a", { tenant: string; rows: number }, never>;
  type B = Leaf<"b", { tenant: string; order: { id: string } }, never>;
  type Untyped = Leaf<"c", unknown, never>;
  expectTypeOf<CommonPath<A>>().toEqualTypeOf<"tenant" | "rows">();
  expectTypeOf<CommonPath<A | B>>().toEqualTypeOf<"tenant">();
  expectTypeOf<CommonPath<A | Untyped>>().toEqualTypeOf<"tenant" | "rows">();
});

test("operators are those of the value's type", () => {
  expectTypeOf<1>().toExtend<Test<number>>();
  expectTypeOf<{ gt: 1; lte: 3 }>().toExtend<Test<number>>();
  expectTypeOf<{ between: [1, 3] }>().toExtend<Test<number>>();
  expectTypeOf<{ glob: "a*" }>().toExtend<Test<string>>();
  expectTypeOf<{ gte: "a" }>().toExtend<Test<string>>();
  expectTypeOf<null>().toExtend<Test<string | null>>();
  expectTypeOf<{ exists: false }>().toExtend<Test<boolean>>();
  expectTypeOf<{ eq: { a: 1 } }>().toExtend<Test<{ a: number }>>();
  expectTypeOf<["a"]>().toExtend<Test<string[]>>();
  expectTypeOf<"a">().not.toExtend<Test<number>>();
  expectTypeOf<{ in: ["a"] }>().not.toExtend<Test<number>>();
  expectTypeOf<{ eq: "c" }>().not.toExtend<Test<"a" | "b">>();
});

test("a filter without a schema is any filter; with one, it has the event's own fields, too", () => {
  expectTypeOf<Where<unknown>>().toEqualTypeOf<Filter>();
  expectTypeOf<{ total: { gt: 0 }; $id: "1"; not: { paid: true } }>().toExtend<Where<Order>>();
  expectTypeOf<{ $$raw: "x" }>().toExtend<Where<Order>>();
  expectTypeOf<{ $time: { between: ["08:00", "17:00"]; tz: "Europe/London" } }>().toExtend<Where<Order>>();
  expectTypeOf<{ $partition: null }>().toExtend<Where<Order>>();
  expectTypeOf<Where<Order>["$$raw"]>().not.toBeNever();
  // @ts-expect-error a data field that starts with $ is written with one more
  expectTypeOf<Where<Order>["$raw"]>().not.toBeNever();
});

test("a leaf forgets everything but URI, data and keys", () => {
  type Big = Leaf<"u", { a: number }, "eu"> & { where(): void; count: number };
  expectTypeOf<LeafOf<Big>>().toEqualTypeOf<Leaf<"u", { a: number }, "eu">>();
  expectTypeOf<LeafOf<string>>().toEqualTypeOf<never>();
  expectTypeOf<PartitionOf<never>>().toEqualTypeOf<string | null>();
  expectTypeOf<PartitionOf<"eu">>().toEqualTypeOf<"eu">();
});
