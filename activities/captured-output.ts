import { AsyncLocalStorage } from "node:async_hooks";
import { StringDecoder } from "node:string_decoder";

export type OutputStream = "stdout" | "stderr";

/** Takes one line that was written to a stream of the process, without its end. */
export type OutputSink = (stream: OutputStream, line: string) => void;

export interface OutputCapture {
  /** Runs a function; what it and all that it awaits write to the process's stdout and stderr goes to the sink as well, line by line. */
  during<T>(sink: OutputSink, body: () => Promise<T>): Promise<T>;
  /** Gives the streams back. */
  close(): void;
}

/** Longest piece without an end of line that is waited for. */
const LONGEST = 64 * 1024;
/** Lines of one function that are handed over; a loop that prints must not fill the store. */
const MOST_LINES = 20_000;

interface Listener {
  write(stream: OutputStream, chunk: unknown): void;
  end(): void;
}

/**
 * Listens at the streams of this process without taking anything from them. Who writes is known by its asynchronous context, so tasks
 * that run at once do not mix. What a child process inherits goes past it.
 */
export function createOutputCapture(streams: Readonly<Record<OutputStream, Pick<NodeJS.WriteStream, "write">>> = process): OutputCapture {
  const current = new AsyncLocalStorage<Listener | undefined>();
  const given = { stdout: streams.stdout.write, stderr: streams.stderr.write };

  for (const name of ["stdout", "stderr"] as const) {
    const original = given[name];
    const tapped = function write(this: NodeJS.WriteStream, ...args: Parameters<typeof original>): boolean {
      const listener = current.getStore();
      // What the sink itself writes must not come back to it.
      if (listener !== undefined) current.run(undefined, () => listener.write(name, args[0]));
      return original.apply(this, args);
    };
    streams[name].write = tapped as typeof original;
  }

  return {
    during: async (sink, body) => {
      const listener = createListener(sink);
      try {
        return await current.run(listener, body);
      } finally {
        listener.end();
      }
    },
    close: () => {
      for (const name of ["stdout", "stderr"] as const) streams[name].write = given[name];
    },
  };
}

function createListener(sink: OutputSink): Listener {
  const open = { stdout: { text: "", decoder: new StringDecoder() }, stderr: { text: "", decoder: new StringDecoder() } };
  let lines = 0;
  let ended = false;

  function say(stream: OutputStream, line: string): void {
    lines += 1;
    if (lines <= MOST_LINES) sink(stream, line);
    if (lines === MOST_LINES + 1) sink(stream, `more than ${MOST_LINES} lines: the rest is in the worker's own output`);
  }

  return {
    write: (stream, chunk) => {
      if (ended) return;
      const part = open[stream];
      part.text += typeof chunk === "string" ? chunk : chunk instanceof Uint8Array ? part.decoder.write(Buffer.from(chunk)) : "";
      const whole = part.text.split("\n");
      part.text = whole.pop() ?? "";
      for (const line of whole) say(stream, line.replace(/\r$/, ""));
      if (part.text.length > LONGEST) {
        say(stream, part.text);
        part.text = "";
      }
    },
    end: () => {
      ended = true;
      for (const stream of ["stdout", "stderr"] as const) if (open[stream].text !== "") say(stream, open[stream].text);
    },
  };
}
