import { Dialog } from "@base-ui/react/dialog";
import { Icon } from "./icon.tsx";

interface ModalProps {
  readonly title: string;
  /** One sentence on what it is for. */
  readonly about?: React.ReactNode;
  /** Room for more than a few fields. @default false */
  readonly wide?: boolean;
  /** Buttons at the foot, the main one last; with `onSubmit` it has the type `submit`. */
  readonly foot?: React.ReactNode;
  /** What the main button does, and Enter in a field. */
  readonly onSubmit?: () => void;
  readonly onClose: () => void;
  readonly children: React.ReactNode;
}

/** A dialog over the page. Escape and a press beside it close it. */
export function Modal({ title, about, wide = false, foot, onSubmit, onClose, children }: ModalProps) {
  const Frame = onSubmit === undefined ? "div" : "form";
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-30 bg-black/40" />
        <Dialog.Popup
          className={`fixed top-[6dvh] left-1/2 z-40 flex max-h-[88dvh] w-[calc(100vw-1.5rem)] -translate-x-1/2 flex-col rounded-lg border border-line bg-panel shadow-pop outline-none ${wide ? "max-w-3xl" : "max-w-lg"}`}
        >
          <div className="flex items-start gap-3 px-5 pt-4">
            <div className="min-w-0 flex-1">
              <Dialog.Title className="text-base font-semibold">{title}</Dialog.Title>
              {about === undefined ? null : <Dialog.Description className="mt-0.5 text-sm text-soft">{about}</Dialog.Description>}
            </div>
            <Dialog.Close aria-label="Close" className="-mr-2 grid size-8 place-items-center rounded text-soft hover:bg-raised hover:text-ink">
              <Icon name="close" />
            </Dialog.Close>
          </div>
          <Frame
            className="flex min-h-0 flex-1 flex-col"
            {...(onSubmit === undefined
              ? {}
              : {
                  noValidate: true,
                  onSubmit: (event: React.FormEvent) => {
                    event.preventDefault();
                    onSubmit();
                  },
                })}
          >
            <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
            {foot === undefined ? null : <div className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3">{foot}</div>}
          </Frame>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
