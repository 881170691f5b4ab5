/** The pages of the navigation in their order. `key` goes there after `g`; `icon` is one of parts/icon.tsx. */
export const NAVIGATION = [
  { to: "/", title: "Overview", key: "o", icon: "overview" },
  { to: "/problems", title: "Problems", key: "b", icon: "problem" },
  { to: "/lineage", title: "Lineage", key: "l", icon: "lineage" },
  { to: "/assets", title: "Assets", key: "a", icon: "asset" },
  { to: "/dags", title: "DAGs", key: "d", icon: "dag" },
  { to: "/runs", title: "Runs", key: "r", icon: "run" },
  { to: "/events", title: "Events", key: "e", icon: "event" },
  { to: "/watchers", title: "Watchers", key: "w", icon: "watcher" },
  { to: "/simulator", title: "Simulator", key: "s", icon: "simulator" },
  { to: "/operations", title: "Operations", key: "p", icon: "operations" },
] as const;
