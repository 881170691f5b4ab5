import { Dialog } from "@base-ui/react/dialog";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useState } from "react";
import { useChanges } from "../api/changes.ts";
import { useSignedOut } from "../api/signed-out.ts";
import { Icon } from "../parts/icon.tsx";
import { ConnectionMark } from "./connection-mark.tsx";
import { useShellKeys } from "./keys.ts";
import { Mark } from "./mark.tsx";
import { Navigation } from "./navigation.tsx";
import { ProblemCount } from "./problem-count.tsx";
import { SignIn } from "./sign-in.tsx";
import { ThemeButton } from "./theme-button.tsx";
import { Who } from "./who.tsx";

const Palette = lazy(() => import("./palette.tsx").then(({ Palette }) => ({ default: Palette })));
const KeyHelp = lazy(() => import("./key-help.tsx").then(({ KeyHelp }) => ({ default: KeyHelp })));

type Open = "palette" | "help" | "menu" | null;

/** The shell with its page; or the question who one is, which has nothing around it. */
export function Layout() {
  const { pathname, href } = useLocation();
  const isOut = useSignedOut();
  if (pathname === "/sign-in") return <Outlet />;
  return isOut ? <SignIn to={href} onDone={() => undefined} /> : <Shell />;
}

/** What is around every page: the rail with the pages, search, the state of the connection, and the keys that work everywhere. */
function Shell() {
  const [open, setOpen] = useState<Open>(null);
  const openPalette = useCallback(() => setOpen("palette"), []);
  const openHelp = useCallback(() => setOpen("help"), []);
  const close = (): void => setOpen(null);
  useChanges();
  useShellKeys({ onSearch: openPalette, onHelp: openHelp });
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[13rem_minmax(0,1fr)]">
      <a href="#page" className="sr-only z-50 rounded bg-accent px-3 py-2 text-panel focus:not-sr-only focus:absolute focus:top-2 focus:left-2">
        Skip to the page
      </a>
      <aside className="sticky top-0 hidden h-dvh flex-col border-r border-line bg-panel p-3 md:flex" aria-label="Headgate">
        <div className="mb-3">
          <Mark />
        </div>
        <SearchButton onPress={openPalette} />
        <Navigation />
        <div className="mt-auto">
          <Who />
        </div>
        <div className="flex items-center gap-1 text-xs text-soft">
          <ConnectionMark />
          <span className="ml-auto" />
          <ThemeButton />
          <button
            type="button"
            onClick={openHelp}
            title="Keys"
            aria-label="Keys"
            className="grid size-8 place-items-center rounded font-mono text-sm hover:bg-raised hover:text-ink"
          >
            ?
          </button>
        </div>
      </aside>
      <header className="sticky top-0 z-20 flex h-12 items-center gap-1 border-b border-line bg-panel px-2 md:hidden">
        <IconButton label="Pages" icon="menu" onPress={() => setOpen("menu")} />
        <Mark />
        <span className="ml-auto" />
        <Link to="/problems" title="Problems" className="px-1 empty:hidden">
          <ProblemCount />
        </Link>
        <ConnectionMark />
        <IconButton label="Search" icon="search" onPress={openPalette} />
      </header>
      <main id="page" tabIndex={-1} className="min-w-0 px-4 py-4 outline-none md:px-6 md:py-5">
        <Outlet />
      </main>
      <Dialog.Root open={open === "menu"} onOpenChange={(next) => setOpen(next ? "menu" : null)}>
        <Dialog.Portal>
          <Dialog.Backdrop className="fixed inset-0 z-30 bg-black/40" />
          <Dialog.Popup className="fixed inset-y-0 left-0 z-40 w-64 border-r border-line bg-panel p-3 shadow-pop outline-none">
            <div className="mb-2 flex items-center justify-between">
              <Dialog.Title className="px-2 text-sm font-semibold">Pages</Dialog.Title>
              <ThemeButton />
            </div>
            <Navigation onGo={close} />
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
      <Suspense>
        {open === "palette" ? <Palette onClose={close} /> : null}
        {open === "help" ? <KeyHelp onClose={close} /> : null}
      </Suspense>
    </div>
  );
}

function SearchButton({ onPress }: { readonly onPress: () => void }) {
  return (
    <button
      type="button"
      onClick={onPress}
      className="mb-3 flex h-8 w-full items-center gap-2 rounded border border-line-strong px-2 text-sm text-soft hover:bg-raised"
    >
      <Icon name="search" className="size-3.5" />
      Search
      <kbd className="ml-auto rounded-sm border border-line px-1.5 font-mono text-2xs">/</kbd>
    </button>
  );
}

function IconButton({ label, icon, onPress }: { readonly label: string; readonly icon: "menu" | "search"; readonly onPress: () => void }) {
  return (
    <button type="button" aria-label={label} onClick={onPress} className="grid size-9 place-items-center rounded text-soft hover:bg-raised hover:text-ink">
      <Icon name={icon} />
    </button>
  );
}
