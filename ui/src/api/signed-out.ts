import { useSyncExternalStore } from "react";

let isOut = false;
const readers = new Set<() => void>();

/** Tells the shell that nobody is signed in, or that somebody is again. */
export function setSignedOut(next: boolean): void {
  if (isOut === next) return;
  isOut = next;
  for (const read of readers) read();
}

/** Whether the API has asked who one is. */
export function useSignedOut(): boolean {
  return useSyncExternalStore(
    (read) => {
      readers.add(read);
      return () => readers.delete(read);
    },
    () => isOut,
  );
}
