import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { NAVIGATION } from "./navigation-items.ts";

/** How long the second key of a pair may take, in milliseconds. */
const PAIR = 1_200;

export interface ShellKeys {
  readonly onSearch: () => void;
  readonly onHelp: () => void;
}

/** The keys that work on every page: `/` and Ctrl-K search, `?` help, `g` and a letter goes to a page. */
export function useShellKeys({ onSearch, onHelp }: ShellKeys): void {
  const navigate = useNavigate();
  useEffect(() => {
    let goingSince = Number.NEGATIVE_INFINITY;
    function onKeyDown(event: KeyboardEvent): void {
      if ((event.ctrlKey || event.metaKey) && event.key === "k") pressed(event, onSearch);
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const isGoing = event.timeStamp - goingSince < PAIR;
      goingSince = Number.NEGATIVE_INFINITY;
      if (isGoing) {
        const target = NAVIGATION.find(({ key }) => key === event.key);
        if (target !== undefined) pressed(event, () => void navigate({ to: target.to }));
      } else if (event.key === "g") goingSince = event.timeStamp;
      else if (event.key === "/") pressed(event, onSearch);
      else if (event.key === "?") pressed(event, onHelp);
    }
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [navigate, onSearch, onHelp]);
}

function pressed(event: KeyboardEvent, act: () => void): void {
  event.preventDefault();
  act();
}

/** Where keys are text, and in dialogs, which have keys of their own. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.closest("input, textarea, select, [role=dialog]") !== null);
}
