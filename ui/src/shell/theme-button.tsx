import { Icon } from "../parts/icon.tsx";
import { THEMES, useTheme } from "./theme.ts";

/** Goes through the themes: the system's, light, dark. */
export function ThemeButton() {
  const [theme, setTheme] = useTheme();
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
  return (
    <button
      type="button"
      onClick={() => setTheme(next)}
      title={`Theme: ${theme}`}
      aria-label={`Theme: ${theme}; change to ${next}`}
      className="grid size-8 place-items-center rounded text-soft hover:bg-raised hover:text-ink"
    >
      <Icon name={theme} />
    </button>
  );
}
