import { useNavigate, useSearch } from "@tanstack/react-router";
import { SignIn } from "./sign-in.tsx";

/** Where a provider sends people back to when it did not succeed, and an address to sign in at. */
export function SignInPage() {
  const { to = "/", error } = useSearch({ from: "/sign-in" });
  const navigate = useNavigate();
  const path = to.startsWith("/") && !to.startsWith("//") ? to : "/";
  return <SignIn to={path} hasFailed={error !== undefined} onDone={() => void navigate({ href: path })} />;
}
