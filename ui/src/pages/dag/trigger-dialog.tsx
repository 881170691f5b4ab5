import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useAct } from "../../api/act.ts";
import { v1 } from "../../api/client.ts";
import { Button } from "../../parts/button.tsx";
import { ErrorPanel } from "../../parts/error-panel.tsx";
import { TextField } from "../../parts/field.tsx";
import { Modal } from "../../parts/modal.tsx";
import { fieldsOf } from "../../parts/schema-form/fields-of.ts";
import { readFields, readJson } from "../../parts/schema-form/read-fields.ts";
import { SchemaForm } from "../../parts/schema-form/schema-form.tsx";

interface TriggerDialogProps {
  readonly dag: string;
  /** JSON Schema of its parameters; null if it takes none, or none is known. */
  readonly schema: unknown;
  readonly onClose: () => void;
}

/** Starts a run by hand, with a form made from the schema of the parameters; without a schema they are typed as JSON. */
export function TriggerDialog({ dag, schema, onClose }: TriggerDialogProps) {
  const fields = fieldsOf(schema);
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const [json, setJson] = useState("");
  const [partition, setPartition] = useState("");
  const [reason, setReason] = useState("");
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const navigate = useNavigate();
  const { mutate, error, isPending } = useAct<{ readonly run: string }>(({ run }) => {
    onClose();
    void navigate({ to: "/runs/$run", params: { run } });
  });

  function start(): void {
    const read = fields === undefined ? readWhole(json) : readFields(fields, texts);
    setErrors(read.ok ? {} : read.errors);
    if (!read.ok) return;
    const body = {
      ...(Object.keys(read.value).length === 0 ? {} : { params: read.value }),
      ...(partition.trim() === "" ? {} : { partition: partition.trim() }),
      ...(reason.trim() === "" ? {} : { reason: reason.trim() }),
    };
    mutate({ path: v1`/dags/${dag}/trigger`, body });
  }

  return (
    <Modal
      title={`Trigger ${dag}`}
      about="Starts a run at once. It consumes no events, and nothing holds it back."
      onClose={onClose}
      onSubmit={start}
      foot={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button type="submit" look="main" disabled={isPending}>
            {isPending ? "Starting" : "Trigger"}
          </Button>
        </>
      }
    >
      <div className="space-y-3">
        {fields === undefined ? (
          <TextField label="Parameters" hint="As JSON; empty for none." lines={4} placeholder="{}" error={errors[WHOLE]} value={json} onValue={setJson} />
        ) : (
          <SchemaForm fields={fields} texts={texts} errors={errors} onText={(name, text) => setTexts({ ...texts, [name]: text })} />
        )}
        <TextField label="Partition" hint="The slice that it works on, such as 2026-11-23; empty for none." value={partition} onValue={setPartition} />
        <TextField label="Why" hint="It stands with the operations." value={reason} onValue={setReason} />
      </div>
      {error === null ? null : <ErrorPanel error={error} />}
    </Modal>
  );
}

/** Under which name what is wrong with the JSON as a whole stands. */
const WHOLE = "";

function readWhole(text: string): ReturnType<typeof readFields> {
  if (text.trim() === "") return { ok: true, value: {} };
  const read = readJson(text);
  if ("error" in read) return { ok: false, errors: { [WHOLE]: read.error } };
  const { value } = read;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { ok: false, errors: { [WHOLE]: "Parameters are an object." } };
  return { ok: true, value: value as Record<string, unknown> };
}
