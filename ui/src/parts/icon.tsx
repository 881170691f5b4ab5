/** Drawings on a grid of 16, in the colour of the text. Each says one word of the glossary. */
const PATHS = {
  overview: "M2 2.75h5v6H2zM9 2.75h5v3.5H9zM9 8.25h5v5H9zM2 10.75h5v2.5H2z",
  problem: "M8 2 14.5 13.5h-13zM8 6.5v3.25M8 11.25v1",
  lineage: "M1.75 5.5h4v5h-4zM10.25 1.75h4v4.5h-4zM10.25 9.75h4v4.5h-4zM5.75 8H8M8 4v8M8 4h2.25M8 12h2.25",
  asset: "M2.5 4c0-1.1 2.5-2 5.5-2s5.5.9 5.5 2-2.5 2-5.5 2-5.5-.9-5.5-2zM2.5 4v8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2V4M2.5 8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2",
  dag: "M2 2.5h4.5v4H2zM9.5 9.5H14v4H9.5zM4.25 6.5v5h5.25",
  run: "M4.5 2.75v10.5l8.5-5.25z",
  event: "M8.75 1.75 3 9.25h4.25l-.75 5 6.5-8H8.25z",
  watcher: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 6a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
  simulator: "M6 2v4.5L2.5 13a.7.7 0 0 0 .6 1h9.8a.7.7 0 0 0 .6-1L10 6.5V2M5 2h6M4.5 9.5h7",
  operations: "M2 4.5h7M12 4.5h2M9 2.75v3.5h3v-3.5zM2 11.5h2M7 11.5h7M4 9.75v3.5h3v-3.5z",
  search: "M7 2.25a4.75 4.75 0 1 1 0 9.5 4.75 4.75 0 0 1 0-9.5zM10.5 10.5 14 14",
  menu: "M2 4h12M2 8h12M2 12h12",
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  light: "M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1.1 1.1M11.9 11.9 13 13M3 13l1.1-1.1M11.9 4.1 13 3",
  dark: "M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z",
  system: "M2 3h12v8H2zM6 14h4M8 11v3",
  chevron: "M6 3.5 10.5 8 6 12.5",
  outside: "M9 2.5h4.5V7M13.5 2.5 7.5 8.5M11.5 9v4.5h-9v-9H7",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, className = "size-4" }: { readonly name: IconName; readonly className?: string }) {
  return (
    <svg viewBox="0 0 16 16" className={`${className} shrink-0`} fill="none" stroke="currentColor" strokeWidth="1.3" strokeLinejoin="round" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
