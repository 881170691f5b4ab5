import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { HeadgateError } from "../core/errors.ts";
import { isRecord } from "../core/json.ts";

const NAME = /^[a-z][a-z0-9-]*$/;

/**
 * URIs by name from a file of YAML, `warehouse: postgres://user:password@host/db`; nothing if there is none. Throws `E_CONNECTION` with the
 * line; a value is never shown.
 */
export function readConnectionsFile(path: string): Readonly<Record<string, string>> {
  if (!existsSync(path)) return {};
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, "utf8"), { lineCounter: lines, prettyErrors: false });
  const [mistake] = document.errors;
  // The parser's own message may quote the line, and the line holds a password.
  if (mistake !== undefined) throw wrong(path, `line ${lines.linePos(mistake.pos[0]).line} is no YAML (${mistake.code})`);
  const content: unknown = document.toJS() ?? {};
  if (!isRecord(content)) throw wrong(path, "it is no map of names to URIs");
  for (const [name, uri] of Object.entries(content)) {
    if (!NAME.test(name)) throw wrong(path, `"${name}" is no name: a kebab-case one is needed`);
    if (typeof uri !== "string") throw wrong(path, `the value of "${name}" is no text`);
  }
  return content as Record<string, string>;
}

/** Adds a connection, or gives it another URI. Only the owner may read the file; comments in it stay. Throws as `readConnectionsFile`. */
export function writeConnection(path: string, name: string, uri: string): "added" | "replaced" {
  const before = readConnectionsFile(path);
  if (!NAME.test(name))
    throw new HeadgateError("E_USAGE", `"${name}" is no name of a connection`, { where: "<name>", hint: "take a kebab-case name, such as eu-lake" });
  const document = parseDocument(existsSync(path) ? readFileSync(path, "utf8") : "{}\n");
  if (Object.keys(before).length === 0) document.contents = document.createNode({}) as never;
  document.set(name, uri);
  mkdirSync(dirname(path), { recursive: true });
  const next = `${path}.new`;
  writeFileSync(next, document.toString({ lineWidth: 0 }), { mode: 0o600 });
  chmodSync(next, 0o600);
  renameSync(next, path);
  return Object.hasOwn(before, name) ? "replaced" : "added";
}

function wrong(path: string, why: string): HeadgateError {
  return new HeadgateError("E_CONNECTION", `the file of connections cannot be read: ${why}`, {
    where: path,
    hint: "write each as `name: scheme://user:password@host`, or let `headgate connections add <name>` do it",
  });
}
