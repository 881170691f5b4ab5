import type { WriteStream } from "node:tty";

/** Lines that scroll, and below them a status that stays. Without a terminal: lines alone. */
export interface Screen {
  log(line: string): void;
  status(lines: readonly string[]): void;
  /** Leaves the last status where it is. */
  close(): void;
}

export function createScreen(stream: WriteStream | NodeJS.WriteStream): Screen {
  return stream.isTTY
    ? terminalScreen(stream as WriteStream)
    : { log: (line) => void stream.write(`${line}\n`), status: () => undefined, close: () => undefined };
}

function terminalScreen(stream: WriteStream): Screen {
  let shown: readonly string[] = [];
  // One write for each change: a terminal shows no state in between.
  const redraw = (logged: string, next: readonly string[]): void => {
    const up = shown.length === 0 ? "" : `\x1b[${shown.length}A\r`;
    stream.write(`${up}\x1b[0J${logged}${next.map((line) => `${line}\n`).join("")}`);
    shown = next;
  };
  stream.write("\x1b[?25l");
  return {
    log: (line) => redraw(`${line}\n`, shown),
    status: (lines) => {
      if (lines.join("\n") !== shown.join("\n")) redraw("", lines);
    },
    close: () => void stream.write("\x1b[?25h"),
  };
}
