import { userInfo } from "node:os";
import type { Command } from "commander";
import { makeToken } from "../api/access/new-token.ts";
import { HeadgateError } from "../core/errors.ts";
import { jsonView } from "../core/json-view.ts";
import { act } from "./frame/command.ts";
import { durationArgument } from "./frame/duration-argument.ts";
import { STORE_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { tokensText } from "./tokens-text.ts";

interface CreateOptions {
  readonly scopes: string;
  readonly expires?: number;
}

/** `headgate tokens create|list|revoke`: who may use the API without signing in. */
export function addTokens(program: Command): void {
  const tokens = program
    .command("tokens")
    .helpCommand(false)
    .summary("tokens of the API: make, list, revoke")
    .description("Tokens of the API, for programs. The store keeps their hashes only.")
    .helpGroup("Run");

  const create = tokens.command("create").argument("<name>", "who uses it").description("Makes a token and prints it, this once.");
  create
    .requiredOption("--scopes <list>", "with commas: read, admin, publish:<prefix>, start:<project>, operate:<project>")
    .option("--expires <duration>", "ends after this time: 12h, 90d (default: never)", durationArgument);
  withSettings(withOutput(create), STORE_SETTINGS);
  withExamples(create, [
    ["headgate tokens create ci --scopes publish:s3://lake/raw/,start:sales --expires 90d", "publishes what lies below, and starts what waits for it in sales"],
    ["headgate tokens create dashboards --scopes read", "reads everything"],
    ["headgate tokens create oncall --scopes read,operate:sales", "pauses, triggers and repairs what sales has"],
  ]);
  act<CreateOptions, [string]>(create, async ({ options, output, servers }, name) => {
    const store = await (await servers()).store();
    await store.migrate();
    const by = userInfo().username;
    const expiresAt = options.expires === undefined ? null : output.now + options.expires;
    const made = await makeToken(store.access.tokens, { name, by, expiresAt, scopes: options.scopes.split(",").map((scope) => scope.trim()) });
    await store.recordAction({ operation: "create-token", subject: name, by, why: made.scopes.join(",") });
    output.note("it is shown this once: the store has its hash only");
    output.result(jsonView(made), () => made.token);
    return undefined;
  });

  const list = tokens.command("list").description("Lists the tokens, the newest first. Those of HEADGATE_API_TOKENS are not among them.");
  list.option("--all", "also those that are revoked or over");
  withSettings(withOutput(list), STORE_SETTINGS);
  withExamples(list, [["headgate tokens list", "who may do what, and when was it used last?"]]);
  act<{ readonly all?: boolean }>(list, async ({ options, output, servers }) => {
    const store = await (await servers()).store();
    const found = (await store.access.tokens.list()).filter(
      ({ expiresAt, revokedAt }) => options.all === true || (revokedAt === null && (expiresAt === null || expiresAt > output.now)),
    );
    output.result(jsonView(found), () => (found.length === 0 ? "no tokens" : tokensText(found, output)));
    return undefined;
  });

  const revoke = tokens.command("revoke").argument("<token>", "its name or id").description("Ends a token: the API refuses it within two seconds.");
  withSettings(withOutput(revoke), STORE_SETTINGS);
  withExamples(revoke, [["headgate tokens revoke ci", "nobody can use it any more"]]);
  act<object, [string]>(revoke, async ({ output, servers }, name) => {
    const store = await (await servers()).store();
    const by = userInfo().username;
    const revoked = await store.access.tokens.revoke(name, by);
    if (revoked === undefined) {
      throw new HeadgateError("E_USAGE", `there is no token "${name}" that could be revoked`, { hint: "`headgate tokens list` shows which there are" });
    }
    await store.recordAction({ operation: "revoke-token", subject: revoked.name, by });
    output.result(jsonView(revoked), () => `${output.paint.yellow("revoked")} ${revoked.name} (${revoked.id})`);
    return undefined;
  });
}
