import { useState } from "react";
import { type Act, useAct } from "../api/act.ts";
import { Button } from "./button.tsx";
import { ErrorPanel } from "./error-panel.tsx";
import { TextField } from "./field.tsx";
import { Modal } from "./modal.tsx";

interface ActButtonProps {
  /** Of the button, and of the one in the dialog. */
  readonly label: string;
  readonly title: string;
  /** What it does, and what it does not. */
  readonly about: React.ReactNode;
  readonly act: Act;
  readonly look?: "plain" | "main" | "danger" | "bare";
  /** True where it cannot be undone: somebody has to say why. @default false */
  readonly needsReason?: boolean;
  readonly className?: string;
}

/** A button for one action. A dialog says what it does, takes the reason, and shows what the API refused. */
export function ActButton({ label, title, about, act, look = "plain", needsReason = false, className = "" }: ActButtonProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button look={look} className={className} onClick={() => setOpen(true)}>
        {label}
      </Button>
      {isOpen ? <ActDialog {...{ label, title, about, act, look, needsReason }} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function ActDialog({ label, title, about, act, look, needsReason, onClose }: Required<Omit<ActButtonProps, "className">> & { readonly onClose: () => void }) {
  const [reason, setReason] = useState("");
  const { mutate, error, isPending } = useAct(onClose);
  const given = reason.trim();
  return (
    <Modal
      title={title}
      about={about}
      onClose={onClose}
      onSubmit={() => mutate({ ...act, body: { ...act.body, ...(given === "" ? {} : { reason: given }) } })}
      foot={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button type="submit" look={look === "danger" ? "danger" : "main"} disabled={isPending || (needsReason && given === "")}>
            {isPending ? "Asking" : label}
          </Button>
        </>
      }
    >
      <TextField label="Why" hint="It stands with the operations, for those who come after." isNeeded={needsReason} value={reason} onValue={setReason} />
      {error === null ? null : <ErrorPanel error={error} />}
    </Modal>
  );
}
