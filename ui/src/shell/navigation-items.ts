/** The pages of the navigation in their order. `key` goes there after `g`; `icon` is one of parts/icon.tsx. */
export const NAVIGATION = [
  { to: "/", title: "Overview", key: "o", icon: "overview" },
  { to: "/lineage", title: "Lineage", key: "l", icon: "lineage" },
  { to: "/assets", title: "Assets", key: "a", icon: "asset" },
  { to: "/events", title: "Events", key: "e", icon: "event" },
] as const;
