import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import { HeadgateError } from "../../core/errors.ts";

export type YamlPath = readonly (string | number)[];

/** A file of YAML of which every part knows its line. */
export interface LocatedYaml {
  readonly content: unknown;
  /** `dags/watchers.yaml:4:5`: the part at a path, else the nearest above it. */
  placeOf(path: YamlPath): string;
}

/** Throws `E_DAG_FILE` with file and line for what is no YAML. */
export function parseYaml(file: string, text: string): LocatedYaml {
  const lines = new LineCounter();
  const document: Document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const [mistake] = document.errors;
  if (mistake !== undefined) {
    throw new HeadgateError("E_DAG_FILE", `${file} is no YAML: ${mistake.message}`, {
      where: place(mistake.pos[0]),
      hint: "correct the line; two spaces a level, no tabs",
    });
  }
  function placeOf(path: YamlPath): string {
    for (let depth = path.length; depth >= 0; depth -= 1) {
      const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range) return place(node.range[0]);
    }
    return file;
  }
  return { content: document.toJS(), placeOf };
}

/** `watchers[0].source.pattern` */
export function pathText(path: YamlPath): string {
  return path.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");
}
