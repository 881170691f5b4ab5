import { describe, expect, it } from "vitest";
import { placeOf } from "../../../core/sql/sql-place.ts";
import { readScript, scriptOffset } from "../../../core/sql/sql-script.ts";
import { caught } from "../caught.ts";

const statements = (script: string): readonly string[] => readScript(script, "x").statements.map(({ text }) => text);

describe("a script", () => {
  it.each([
    ["two statements", "select 1; select 2", ["select 1", "select 2"]],
    ["a last semicolon and blank ones", ";;select 1 ;\n;", ["select 1"]],
    ["comments around", "-- first; not\nselect 1 -- one;\n; /* two; /* three; */ */ select 2", ["select 1", "select 2"]],
    ["a comment inside", "select /* ; */ 1", ["select /* ; */ 1"]],
    ["a semicolon in a text", "select 'a;''b'; select 2", ["select 'a;''b'", "select 2"]],
    ["an escape in a text", "select E'it\\'s;' ; select 2", ["select E'it\\'s;'", "select 2"]],
    ["a backslash that escapes nothing", "select 'c:\\'; select 2", ["select 'c:\\'", "select 2"]],
    ["a semicolon in a name", 'select 1 as "a;""b"; select 2', ['select 1 as "a;""b"', "select 2"]],
    ["dollar quotes", "do $$ begin perform 1; end $$; select $a$ $$;b $a$", ["do $$ begin perform 1; end $$", "select $a$ $$;b $a$"]],
    ["a dollar in a name", "select a$1$b; select 2", ["select a$1$b", "select 2"]],
    [
      "semicolons in parentheses",
      "create rule r as on insert to t do (select 1; select 2); select 3",
      ["create rule r as on insert to t do (select 1; select 2)", "select 3"],
    ],
    [
      "a function with a body of SQL",
      "create function f() returns int begin atomic select case when true then 1 end; select 2; end; select 3",
      ["create function f() returns int begin atomic select case when true then 1 end; select 2; end", "select 3"],
    ],
    ["a savepoint", "savepoint a; select 1; rollback to a; release a", ["savepoint a", "select 1", "rollback to a", "release a"]],
  ])("with %s is taken apart", (_, script, expected) => {
    expect(statements(script)).toEqual(expected);
  });

  it.each([
    ["names", "select :a, :b_2, :a", "select $1, $2, $1", ["a", "b_2"]],
    ["places, each statement with its own", "select $2 + $3", "select $1 + $2", ["2", "3"]],
    ["names beside casts", "select :day::date, '1'::int", "select $1::date, '1'::int", ["day"]],
    ["names right after a sign", "where a=:a and b>=:b", "where a=$1 and b>=$2", ["a", "b"]],
    ["no slices", "select days[1:n], days[a:b], f(1)[x:y]", "select days[1:n], days[a:b], f(1)[x:y]", []],
    ["no named arguments of functions", "select f(a := 1, b => :b)", "select f(a := 1, b => $1)", ["b"]],
    ["nothing that is quoted", "select ':a', \":b\", $$ :c $1 $$ -- :d\n/* :e */, :f", "select ':a', \":b\", $$ :c $1 $$ -- :d\n/* :e */, $1", ["f"]],
    ["times of a day as texts", "select '10:30:00'::time", "select '10:30:00'::time", []],
  ])("has as parameters %s", (_, script, text, parameters) => {
    expect(readScript(script, "x").statements).toMatchObject([{ text, parameters }]);
  });

  it.each([
    ["no statement", " -- nothing\n ;", "there is no statement", "load.sql"],
    ["both kinds of parameters", "select :a; select $1", "by name and by place", "load.sql"],
    ["a text that does not end", "select 1;\n select 'a", "what ' opens is not closed", "load.sql:2:9"],
    ["a comment that does not end", "select 1 /* /* */", "what /* opens is not closed", "load.sql:1:10"],
    ["a dollar quote that does not end", "do $x$ begin $$", "what $x$ opens is not closed", "load.sql:1:4"],
    ["begin", "BEGIN; select 1; commit", '"begin" has no place', "load.sql:1:1"],
    ["start transaction", "start /* a */ transaction", '"start" has no place', "load.sql:1:1"],
    ["commit", "select 1;\n\n  Commit work;", '"commit" has no place', "load.sql:3:3"],
    ["rollback", "rollback and chain", '"rollback" has no place', "load.sql:1:1"],
  ])("with %s is refused", (_, script, message, where) => {
    expect(caught(() => readScript(script, "load.sql"))).toMatchObject({ code: "E_SQL", message: expect.stringContaining(message), where });
  });

  it("knows where each character of a statement comes from", () => {
    const script = "select 1;\n  select :first, :first\n  from :second_one x";
    const statement = readScript(script, "x").statements[1];
    if (statement === undefined) throw new Error("it has two");
    const placed = (text: string): string => placeOf(script, scriptOffset(statement, statement.text.indexOf(text)));
    expect(statement.text).toBe("select $1, $1\n  from $2 x");
    expect([placed("select"), placed("$1"), placed(", $1"), placed("from"), placed("$2"), placed("x")]).toEqual(["2:3", "2:10", "2:16", "3:3", "3:8", "3:20"]);
  });

  it("of many megabytes is read in time that grows with it", () => {
    const script = `insert into t values ('${"x''".repeat(700_000)}');\n`.repeat(2);
    expect(statements(script)).toHaveLength(2);
  });
});
