import { Menu } from "@base-ui/react/menu";
import { buttonLook } from "../../parts/button.tsx";
import { Icon } from "../../parts/icon.tsx";
import { type Fold, foldKey } from "./fold.ts";

interface FoldMenuProps {
  readonly folds: readonly (Fold & { readonly members: number })[];
  readonly folded: readonly string[];
  readonly onFolded: (keys: readonly string[]) => void;
}

/** Which projects and groups are shown as one node. */
export function FoldMenu({ folds, folded, onFolded }: FoldMenuProps) {
  return (
    <Menu.Root>
      <Menu.Trigger className={buttonLook()}>
        Fold{folded.length === 0 ? "" : ` (${folded.length})`}
        <Icon name="chevron" className="size-3 rotate-90 text-soft" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className="z-40">
          <Menu.Popup className="max-h-[60vh] min-w-56 overflow-y-auto rounded-lg border border-line bg-panel p-1 text-sm shadow-pop outline-none">
            {folds.map((fold) => {
              const key = foldKey(fold);
              return (
                <Menu.CheckboxItem
                  key={key}
                  checked={folded.includes(key)}
                  onCheckedChange={(isFolded) => onFolded(isFolded ? [...folded, key] : folded.filter((one) => one !== key))}
                  className="flex cursor-pointer items-center gap-2 rounded px-2 py-1.5 outline-none data-highlighted:bg-raised"
                >
                  <span className="grid size-3.5 place-items-center rounded-sm border border-line-strong" aria-hidden="true">
                    <Menu.CheckboxItemIndicator className="size-2 rounded-[1px] bg-accent" />
                  </span>
                  {fold.id}
                  <span className="ml-auto pl-4 text-xs text-soft">
                    {fold.kind} of {fold.members}
                  </span>
                </Menu.CheckboxItem>
              );
            })}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
