import { useState } from "react";
import { useAct } from "../../api/act.ts";
import { v1 } from "../../api/client.ts";
import { Button } from "../../parts/button.tsx";
import { Choice } from "../../parts/choice.tsx";
import { ErrorPanel } from "../../parts/error-panel.tsx";
import { TextField } from "../../parts/field.tsx";
import { Modal } from "../../parts/modal.tsx";
import { readJson } from "../../parts/schema-form/read-fields.ts";

type To = "now" | "beginning" | "position";

/** Gives a watcher another position. What it published before comes again, or is left out: that is never guessed. */
export function ResetDialog({ watcher, onClose }: { readonly watcher: string; readonly onClose: () => void }) {
  const [to, setTo] = useState<To>("now");
  const [position, setPosition] = useState("");
  const [deliver, setDeliver] = useState<"redeliver" | "skip">("skip");
  const [reason, setReason] = useState("");
  const { mutate, error, isPending } = useAct(onClose);
  const read = to === "position" ? readJson(position) : { value: to };
  const wrong = "error" in read ? read.error : undefined;

  function reset(): void {
    if ("error" in read) return;
    mutate({ path: v1`/watchers/${watcher}/reset`, body: { to: read.value, deliver, ...(reason.trim() === "" ? {} : { reason: reason.trim() }) } });
  }

  return (
    <Modal
      title={`Reset the position of ${watcher}`}
      about="A new generation begins: whatever it publishes from then on is new."
      onClose={onClose}
      onSubmit={reset}
      foot={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button type="submit" look="danger" disabled={isPending || "error" in read}>
            {isPending ? "Asking" : "Reset"}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        <Choice<To>
          legend="Where it begins"
          value={to}
          onValue={setTo}
          options={[
            { value: "now", text: "Now", about: "what exists is taken as known" },
            { value: "beginning", text: "At the beginning", about: "of what the source still has" },
            { value: "position", text: "At a position", about: "as the source takes it for startAt" },
          ]}
        />
        {to === "position" ? (
          <TextField
            label="Position"
            lines={3}
            placeholder='{ "after": "2026-11-23T00:00:00Z" }'
            hint="As JSON."
            error={position === "" ? undefined : wrong}
            value={position}
            onValue={setPosition}
          />
        ) : null}
        <Choice
          legend="What it published before"
          value={deliver}
          onValue={setDeliver}
          options={[
            { value: "skip", text: "Is left out" },
            { value: "redeliver", text: "Comes again", about: "as new events, which may start runs" },
          ]}
        />
        <TextField label="Why" hint="It stands with the operations." value={reason} onValue={setReason} />
      </div>
      {error === null ? null : <ErrorPanel error={error} />}
    </Modal>
  );
}
