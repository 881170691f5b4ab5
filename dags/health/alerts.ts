import type { Connector } from "headgate";
import { createTransport } from "nodemailer";

export interface Alert {
  readonly title: string;
  readonly text: string;
  /** Machines read these: a webhook gets them as they are. */
  readonly fields: Readonly<Record<string, string | number | null>>;
}

/** Tells people of something. Throws when nobody could be told, so that the task is tried again. */
export type Notify = (alert: Alert, signal: AbortSignal) => Promise<void>;

/**
 * The one hook for alerts, a connection like any other; where they go is said by its URI and can be changed without a deploy:
 *
 * - `https://hooks.slack.com/services/...` posts to Slack,
 * - `smtp://user:password@host:587/?from=a@b.example&to=c@d.example` sends a mail; `smtps:` with TLS from the start,
 * - any other `https://...` gets the alert as JSON.
 */
export function alerts(name = "alerts"): Connector<Notify> {
  return {
    kind: "alerts",
    name,
    open(uri) {
      const url = new URL(uri);
      if (url.protocol === "smtp:" || url.protocol === "smtps:") return mailTo(url);
      return url.hostname === "hooks.slack.com" ? postTo(url, ({ title, text }) => ({ text: `*${title}*\n${text}` })) : postTo(url, (alert) => alert);
    },
    close: () => undefined,
  };
}

function postTo(url: URL, toBody: (alert: Alert) => object): Notify {
  return async (alert, signal) => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(toBody(alert)), signal });
    // The path of a hook is its secret: only the host is named.
    if (!response.ok) throw new Error(`${url.host} answered an alert with ${response.status}`);
  };
}

function mailTo(url: URL): Notify {
  const { searchParams: of, hostname: host, username, password } = url;
  const secure = url.protocol === "smtps:";
  const login = username === "" ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } };
  const transport = createTransport({ host, port: Number(url.port) || (secure ? 465 : 587), secure, ...login });
  return async ({ title, text }) => void (await transport.sendMail({ from: of.get("from") ?? "", to: of.get("to") ?? "", subject: title, text }));
}
