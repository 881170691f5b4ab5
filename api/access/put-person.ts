import { HeadgateError } from "../../core/errors.ts";
import type { AccessStore } from "../../store/access/access.ts";
import { checkName } from "./new-token.ts";
import { hashPassword, LEAST_PASSWORD, newPassword } from "./password.ts";
import { parseScope, scopeText } from "./scope.ts";

export interface PersonWish {
  readonly name: string;
  readonly scopes: readonly string[];
  /** @default one that nobody can guess */
  readonly password?: string | undefined;
  readonly by: string;
}

/** Gives somebody a password and rights; their sessions end. Returns the password. Throws `E_USAGE`. */
export async function putPerson({ people }: Pick<AccessStore, "people">, { name, scopes, by, password = newPassword() }: PersonWish): Promise<string> {
  checkName(name);
  if (password.length < LEAST_PASSWORD) {
    throw new HeadgateError("E_USAGE", `the password has ${password.length} characters`, { where: "password", hint: `take at least ${LEAST_PASSWORD}` });
  }
  await people.put({ name, by, scopes: scopes.map((scope) => scopeText(parseScope(scope, "E_USAGE"))), password: await hashPassword(password) });
  return password;
}

/** The first start of `headgate dev`: if nobody can sign in yet, makes `admin`. Returns the password, which is kept nowhere; else undefined. */
export async function makeFirstAdmin({ people }: Pick<AccessStore, "people">): Promise<string | undefined> {
  if ((await people.list()).length > 0) return undefined;
  const password = newPassword();
  return (await people.addFirst({ name: "admin", by: "headgate dev", scopes: ["admin"], password: await hashPassword(password) })) ? password : undefined;
}
