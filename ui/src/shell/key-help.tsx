import { Dialog } from "@base-ui/react/dialog";
import { NAVIGATION } from "./navigation-items.ts";

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ["/", "Search assets, DAGs and runs"],
  ["?", "These keys"],
  ["Esc", "Close what is open"],
  ...NAVIGATION.map(({ key, title }) => [`g ${key}`, title] as const),
];

/** The keys that work on every page. */
export function KeyHelp({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-30 bg-black/40" />
        <Dialog.Popup className="fixed top-[14vh] left-1/2 z-40 w-[min(26rem,calc(100vw-2rem))] -translate-x-1/2 rounded-lg border border-line bg-panel p-5 shadow-pop outline-none">
          <Dialog.Title className="mb-3 text-base font-semibold">Keys</Dialog.Title>
          <dl className="grid grid-cols-[auto_1fr] items-center gap-x-5 gap-y-2 text-sm">
            {KEYS.map(([keys, what]) => (
              <div key={keys} className="contents">
                <dt className="flex gap-1">
                  {keys.split(" ").map((key) => (
                    <kbd key={key} className="min-w-6 rounded-sm border border-line-strong bg-raised px-1.5 text-center font-mono text-xs">
                      {key}
                    </kbd>
                  ))}
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
          <p className="mt-4 border-t border-line pt-3 text-xs text-soft">
            Made with open source:{" "}
            <a href="/third-party-notices.txt" target="_blank" rel="noreferrer" className="text-accent hover:underline">
              whose it is
            </a>
          </p>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
