import { useQuery } from "@tanstack/react-query";
import type { NavigateOptions } from "@tanstack/react-router";
import { v1 } from "../api/client.ts";
import { type Page, read } from "../api/read.ts";
import type { IconName } from "../parts/icon.tsx";
import { NAVIGATION } from "./navigation-items.ts";

/** Something that has an address. */
export interface Found {
  readonly kind: "Page" | "Asset" | "DAG" | "Run";
  readonly text: string;
  readonly icon: IconName;
  readonly to: NavigateOptions;
}

const EACH = 7;

/** What has the text in its name; without a text the pages. */
export function useFound(text: string): { readonly found: readonly Found[]; readonly isSearching: boolean } {
  const query = { search: text, limit: EACH };
  const enabled = text !== "";
  const assets = useQuery({ ...read<Page<{ asset: string }>>([], v1`/assets`, query), enabled });
  const dags = useQuery({ ...read<Page<{ dag: string }>>([], v1`/dags`, query), enabled });
  // Ids of runs are looked up whole: `orders-clean/1-7`.
  const run = useQuery({ ...read<{ run: string }>([], v1`/runs/${text}`), enabled: text.includes("/"), retry: false });
  const pages = NAVIGATION.filter(({ title }) => title.toLowerCase().includes(text.toLowerCase()));
  return {
    found: [
      ...pages.map(({ title, icon, to }): Found => ({ kind: "Page", text: title, icon, to: { to } })),
      ...items(enabled, dags.data).map(({ dag }): Found => ({ kind: "DAG", text: dag, icon: "dag", to: { to: "/dags/$dag", params: { dag } } })),
      ...items(enabled, assets.data).map(
        ({ asset }): Found => ({ kind: "Asset", text: asset, icon: "asset", to: { to: "/assets/$asset", params: { asset } } }),
      ),
      ...(run.data === undefined
        ? []
        : [{ kind: "Run", text: run.data.run, icon: "run", to: { to: "/runs/$run", params: { run: run.data.run } } } satisfies Found]),
    ],
    isSearching: assets.isFetching || dags.isFetching || run.isFetching,
  };
}

function items<Item>(isAsked: boolean, page: Page<Item> | undefined): readonly Item[] {
  return isAsked ? (page?.items ?? []) : [];
}
