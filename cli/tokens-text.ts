import type { StoredToken } from "../store/access/api-tokens.ts";
import type { Output } from "./frame/output.ts";
import { renderTable } from "./text/table.ts";
import { relativeText } from "./text/time-text.ts";

export function tokensText(tokens: readonly StoredToken[], { now, paint, width }: Pick<Output, "now" | "paint" | "width">): string {
  return renderTable<StoredToken>(
    [
      { title: "NAME", value: ({ name }) => name, key: true, paint: paint.bold },
      { title: "ID", value: ({ id }) => id },
      { title: "SCOPES", value: ({ scopes }) => scopes.join(","), cut: "end" },
      { title: "MADE", value: ({ at, by }) => `${relativeText(at, now)} by ${by}` },
      { title: "LAST USE", value: ({ usedAt }) => (usedAt === null ? "never" : relativeText(usedAt, now)) },
      { title: "ENDS", value: (token) => endText(token, now) },
    ],
    tokens,
    { width, paintTitle: paint.dim },
  );
}

function endText({ expiresAt, revokedAt, revokedBy }: StoredToken, now: number): string {
  if (revokedAt !== null) return `revoked ${relativeText(revokedAt, now)} by ${revokedBy}`;
  return expiresAt === null ? "never" : relativeText(expiresAt, now);
}
