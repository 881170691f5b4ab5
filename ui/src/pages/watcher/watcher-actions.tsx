import { useState } from "react";
import { v1 } from "../../api/client.ts";
import { ActButton } from "../../parts/act-button.tsx";
import { Button } from "../../parts/button.tsx";
import { ForOperators } from "../../parts/for-operators.tsx";
import { ResetDialog } from "./reset-dialog.tsx";

/** What can be done with a watcher as it is now. */
export function WatcherActions({ watcher, status }: { readonly watcher: string; readonly status: string }) {
  const [isResetting, setResetting] = useState(false);
  const isStopped = status === "paused" || status === "stopped";
  return (
    <ForOperators>
      <Button onClick={() => setResetting(true)}>Reset position</Button>
      {isStopped ? (
        <ActButton look="main" label="Resume" title={`Resume ${watcher}`} about="It goes on where it stands." act={{ path: v1`/watchers/${watcher}/resume` }} />
      ) : (
        <ActButton
          label="Pause"
          title={`Pause ${watcher}`}
          about="It looks no more until it is resumed; what changes meanwhile is published then."
          act={{ path: v1`/watchers/${watcher}/pause` }}
        />
      )}
      {isResetting ? <ResetDialog watcher={watcher} onClose={() => setResetting(false)} /> : null}
    </ForOperators>
  );
}
