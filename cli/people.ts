import { userInfo } from "node:os";
import type { Command } from "commander";
import { putPerson } from "../api/access/put-person.ts";
import { HeadgateError } from "../core/errors.ts";
import { jsonView } from "../core/json-view.ts";
import type { StoredPerson } from "../store/access/people.ts";
import { act } from "./frame/command.ts";
import { STORE_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { readStdin } from "./frame/read-stdin.ts";
import { renderTable } from "./text/table.ts";
import { relativeText } from "./text/time-text.ts";

interface PutOptions {
  readonly scopes: string;
  readonly password?: boolean;
}

/** `headgate people put|list|remove`: who signs in to the web UI with a password. */
export function addPeople(program: Command): void {
  const people = program
    .command("people")
    .helpCommand(false)
    .summary("who signs in with a password")
    .description("People who sign in with a password, in place of a provider of OpenID Connect.")
    .helpGroup("Run");

  const put = people.command("put").argument("<name>", "as they sign in").description("Adds somebody, or gives them another password and other rights.");
  put
    .requiredOption("--scopes <list>", "with commas: read, admin, operate:<project>, ...")
    .option("--password", "read it from standard input (default: make one, and print it)");
  withSettings(withOutput(put), STORE_SETTINGS);
  withExamples(put, [
    ["headgate people put ada --scopes read,operate:sales", "prints a password, this once"],
    ["headgate people put admin --scopes admin", "a new password, as the old one is lost"],
  ]);
  act<PutOptions, [string]>(put, async ({ options, output, servers }, name) => {
    const given =
      options.password === true ? (await readStdin("pass show headgate | headgate people put ada --scopes read --password")).replace(/\r?\n$/, "") : undefined;
    const store = await (await servers()).store();
    await store.migrate();
    const by = userInfo().username;
    const scopes = options.scopes.split(",").map((scope) => scope.trim());
    const password = await putPerson(store.access, { name, scopes, by, password: given });
    await store.recordAction({ operation: "put-person", subject: name, by, why: scopes.join(",") });
    if (given === undefined) output.note("it is shown this once: the store has its hash only");
    output.result({ name, scopes, ...(given === undefined ? { password } : {}) }, () =>
      given === undefined ? password : `${output.paint.bold(name)} can sign in`,
    );
    return undefined;
  });

  const list = people.command("list").description("Lists who signs in with a password.");
  withSettings(withOutput(list), STORE_SETTINGS);
  withExamples(list, [["headgate people list", "who is there?"]]);
  act(list, async ({ output, servers }) => {
    const found = await (await (await servers()).store()).access.people.list();
    output.result(jsonView(found), () =>
      found.length === 0
        ? "nobody: `headgate people put <name> --scopes read` adds somebody"
        : renderTable<StoredPerson>(
            [
              { title: "NAME", value: ({ name }) => name, key: true, paint: output.paint.bold },
              { title: "SCOPES", value: ({ scopes }) => scopes.join(","), cut: "end" },
              { title: "CHANGED", value: ({ changedAt }) => relativeText(changedAt, output.now) },
            ],
            found,
            { width: output.width, paintTitle: output.paint.dim },
          ),
    );
    return undefined;
  });

  const remove = people.command("remove").argument("<name>", "as they sign in").description("Lets somebody sign in no more, and ends their sessions.");
  withSettings(withOutput(remove), STORE_SETTINGS);
  withExamples(remove, [["headgate people remove ada", "at once"]]);
  act<object, [string]>(remove, async ({ output, servers }, name) => {
    const store = await (await servers()).store();
    if (!(await store.access.people.remove(name))) {
      throw new HeadgateError("E_USAGE", `nobody is called "${name}"`, { hint: "`headgate people list` shows who is there" });
    }
    await store.recordAction({ operation: "remove-person", subject: name, by: userInfo().username });
    output.result({ name, removed: true }, () => `${output.paint.yellow("removed")} ${name}`);
    return undefined;
  });
}
