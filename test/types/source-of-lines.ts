import type { Source } from "../../core/index.ts";

/** A source over a fixed list of lines; its position is the number of lines read. */
export function lines(...all: readonly string[]): Source<{ line: string; n: number }, number> {
  return {
    kind: "lines",
    describe: () => "lines://test",
    identify: (item) => ({ id: String(item.n) }),
    async *read({ cursor = 0 }) {
      for (const [index, line] of all.slice(cursor).entries()) {
        yield { items: [{ line, n: cursor + index }], cursor: cursor + index + 1 };
      }
    },
  };
}
