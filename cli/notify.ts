import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import type { Alert } from "../core/alert.ts";
import { HeadgateError } from "../core/errors.ts";
import { jsonView } from "../core/json-view.ts";
import { unknownName } from "../core/unknown-name.ts";
import { openChannel } from "../runtime/notify/channels.ts";
import { testMessage } from "../runtime/notify/messages.ts";
import type { UntoldMessage } from "../store/alerts.ts";
import { act } from "./frame/command.ts";
import { STORE_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { limitOption } from "./frame/limit-option.ts";
import type { Output } from "./frame/output.ts";
import { renderSections } from "./text/details.ts";
import { renderTable } from "./text/table.ts";
import { relativeText } from "./text/time-text.ts";

interface ListOptions {
  readonly all?: boolean;
  readonly limit?: number;
}

/** `headgate notify list|test`: what people were told of, and whether a channel works. */
export function addNotify(program: Command): void {
  const notify = program
    .command("notify")
    .helpCommand(false)
    .summary("problems that people were told of, and where")
    .description("Problems that people were told of by the channels of `notify` in the config file.")
    .helpGroup("Look");

  const list = notify.command("list").description("Lists problems that people were told of and that are not over, and messages that are still to be taken.");
  list.option("--all", "also those that are over").addOption(limitOption("problems"));
  withSettings(withOutput(list), STORE_SETTINGS);
  withExamples(list, [["headgate notify list", "what is wrong, and who was told?"]]);
  act<ListOptions>(list, async ({ options, output, servers }) => {
    const store = await (await servers()).store();
    const limit = options.limit === undefined ? {} : { limit: options.limit };
    const [alerts, untold] = await Promise.all([store.listAlerts({ all: options.all === true, ...limit }), store.listUntold()]);
    output.result(jsonView({ alerts, untold }), () =>
      alerts.length + untold.length === 0 ? "nothing is wrong that people were told of" : listText(alerts, untold, output),
    );
    return undefined;
  });

  const test = notify.command("test").argument("<channel>", "its name in the config file");
  test.description("Sends a message to a channel now, and says whether it was taken.");
  withSettings(withOutput(test), ["project"]);
  withExamples(test, [["headgate notify test ops", "does it arrive?"]]);
  act<object, [string]>(test, async ({ config, output }, name) => {
    const own = await config();
    const channels = own.notify?.channels ?? {};
    const channel = Object.hasOwn(channels, name) ? channels[name] : undefined;
    if (channel === undefined) {
      const known = Object.keys(channels);
      if (known.length === 0)
        throw new HeadgateError("E_USAGE", "the config file has no channels", {
          where: "notify",
          hint: "write notify: { channels, rules }; docs/alerts.md has examples",
        });
      throw unknownName("E_USAGE", `no channel is called ${name}`, name, known, `there are ${known.join(", ")}`);
    }
    const message = testMessage(name, own.settings.project, randomUUID(), Date.now());
    await openChannel(name, channel, own.connections)(message, Date.now());
    output.result({ channel: name, kind: channel.kind, id: message.id }, () => `${output.paint.green("taken")}: ${name} (${channel.kind})`);
    return undefined;
  });
}

function listText(alerts: readonly Alert[], untold: readonly UntoldMessage[], { now, paint, width }: Output): string {
  const table = { width: width - 2, paintTitle: paint.dim };
  return renderSections(
    "",
    [
      [
        "Problems",
        alerts.length === 0
          ? ""
          : renderTable<Alert>(
              [
                { title: "SINCE", value: ({ since }) => relativeText(since, now) },
                { title: "KIND", value: ({ kind }) => kind },
                { title: "OF", value: ({ subject }) => subject, cut: "middle", key: true, paint: paint.bold },
                { title: "OVER", value: ({ resolvedAt }) => (resolvedAt === null ? "" : relativeText(resolvedAt, now)) },
                { title: "TOLD", value: ({ channels }) => channels.join(", ") },
                { title: "OWNER", value: ({ owner }) => owner },
              ],
              alerts,
              table,
            ),
      ],
      [
        "Not taken yet",
        untold.length === 0
          ? ""
          : renderTable<UntoldMessage>(
              [
                { title: "CHANNEL", value: ({ channel }) => channel },
                { title: "MESSAGE", value: ({ title }) => title, cut: "end", key: true },
                { title: "TRIED", value: ({ attempts }) => attempts, align: "right" },
                { title: "NEXT", value: ({ nextAt }) => relativeText(nextAt, now) },
                { title: "ERROR", value: ({ error }) => error, cut: "end" },
              ],
              untold,
              table,
            ),
      ],
    ],
    paint,
  ).trimStart();
}
