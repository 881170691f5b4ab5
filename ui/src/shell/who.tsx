import { useQuery, useQueryClient } from "@tanstack/react-query";
import { post } from "../api/client.ts";
import { canOperate, whoIsIt } from "../api/rights.ts";
import { setSignedOut } from "../api/signed-out.ts";

/** Who is signed in, and the way out. Nothing where nobody has to. */
export function Who() {
  const me = useQuery(whoIsIt());
  const client = useQueryClient();
  if (me.data?.kind !== "person") return null;

  async function signOut(): Promise<void> {
    await post("/v1/sign-out");
    client.clear();
    setSignedOut(true);
  }

  return (
    <p className="mb-2 flex items-center gap-2 border-t border-line px-2 pt-3 text-xs text-soft" title={`may ${me.data.scopes.join(", ")}`}>
      <span className="min-w-0 truncate">{me.data.name}</span>
      {canOperate(me.data.scopes) ? null : <span className="shrink-0 rounded-sm bg-raised px-1.5">may only look</span>}
      <button type="button" className="ml-auto shrink-0 hover:text-ink hover:underline" onClick={() => void signOut()}>
        Sign out
      </button>
    </p>
  );
}
