import { isRunByNpm } from "../../runtime/config.ts";

/** Between two looks at who our parent is, in milliseconds. */
const LOOK = 500;

/**
 * Calls `stop` once, when this process is asked to end: by Ctrl-C, by SIGTERM, or by the end of the npm that runs it. npm hands a SIGTERM to
 * the shell between it and us, and that shell ends without a word: nobody would stop what we started.
 */
export function onStop(stop: () => void): void {
  const parent = process.ppid;
  const orphaned = isRunByNpm() ? setInterval(() => process.ppid !== parent && asked(), LOOK).unref() : undefined;
  let done = false;
  function asked(): void {
    clearInterval(orphaned);
    if (done) return;
    done = true;
    stop();
  }
  process.removeAllListeners("SIGINT");
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, asked);
}
