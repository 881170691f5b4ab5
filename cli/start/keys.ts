/** Calls a function for each key of a terminal. Without one, nothing: signals end the program. */
export function readKeys(keys: Readonly<Record<string, () => void>>): { close(): void } {
  const { stdin } = process;
  if (!stdin.isTTY) return { close: () => undefined };
  const onData = (text: string): void => {
    for (const key of text) {
      // In raw mode Ctrl-C is a character like any other.
      if (key === "\x03") process.kill(process.pid, "SIGINT");
      else keys[key]?.();
    }
  };
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  stdin.on("data", onData);
  stdin.resume();
  return {
    close() {
      stdin.off("data", onData);
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}
