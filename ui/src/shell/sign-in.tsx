import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post } from "../api/client.ts";
import { read } from "../api/read.ts";
import { setSignedOut } from "../api/signed-out.ts";
import { Button, buttonLook } from "../parts/button.tsx";
import { Code } from "../parts/empty.tsx";
import { ErrorPanel } from "../parts/error-panel.tsx";
import { CONTROL, Field } from "../parts/field.tsx";
import { Mark } from "./mark.tsx";

interface Ways {
  readonly password: boolean;
  readonly oidc: { readonly issuer: string; readonly path: string } | null;
}

interface SignInProps {
  /** The page that was asked for, which is shown afterwards. */
  readonly to: string;
  /** True after a provider sent somebody back without success. */
  readonly hasFailed?: boolean;
  readonly onDone: () => void;
}

/** Who are you? In place of every page until somebody is signed in; the address stays what it was. */
export function SignIn({ to, hasFailed = false, onDone }: SignInProps) {
  const ways = useQuery(read<Ways>([], "/v1/sign-in"));
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="w-full max-w-sm rounded-lg border border-line bg-panel p-6">
        <Mark />
        <h1 className="mt-4 mb-4 text-lg font-semibold tracking-tight">Sign in</h1>
        {hasFailed ? (
          <p className="mb-4 rounded bg-bad-soft px-3 py-2 text-sm text-bad">The sign-in did not succeed. Try once more; the log of the API says why.</p>
        ) : null}
        {ways.error === null ? null : <ErrorPanel error={ways.error} onRetry={() => void ways.refetch()} />}
        {ways.data?.oidc == null ? null : (
          <a href={`${ways.data.oidc.path}?to=${encodeURIComponent(to)}`} className={`${buttonLook("main")} w-full`}>
            Sign in with {new URL(ways.data.oidc.issuer).host}
          </a>
        )}
        {ways.data?.oidc != null && ways.data.password ? <p className="my-4 text-center text-xs text-soft">or</p> : null}
        {ways.data?.password === true ? <PasswordForm onDone={onDone} /> : null}
        {ways.data?.password === false && ways.data.oidc === null ? (
          <p className="text-sm text-soft">
            Nobody can sign in here yet: <code className="font-mono text-ink">headgate people put ada --scopes admin</code> makes somebody.
          </p>
        ) : null}
      </div>
    </main>
  );
}

function PasswordForm({ onDone }: Pick<SignInProps, "onDone">) {
  const client = useQueryClient();
  const [name, setName] = useState("admin");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<unknown>();
  const [isSending, setSending] = useState(false);

  async function signIn(): Promise<void> {
    setSending(true);
    setError(undefined);
    try {
      await post("/v1/sign-in", { name, password });
      setSignedOut(false);
      await client.resetQueries();
      onDone();
    } catch (cause) {
      setError(cause);
    } finally {
      setSending(false);
    }
  }

  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void signIn();
      }}
    >
      <Field label="Name">
        {(control) => (
          <input {...control} className={`${CONTROL} h-8`} autoComplete="username" required value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      <Field
        label="Password"
        hint={
          <>
            <Code>headgate dev</Code> prints that of admin on its first start; <Code>headgate people put admin --scopes admin</Code> makes another
          </>
        }
      >
        {(control) => (
          <input
            {...control}
            type="password"
            className={`${CONTROL} h-8`}
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      {error === undefined ? null : (
        <div className="-mx-4">
          <ErrorPanel error={error} />
        </div>
      )}
      <Button type="submit" look="main" disabled={isSending}>
        {isSending ? "Signing in" : "Sign in"}
      </Button>
    </form>
  );
}
