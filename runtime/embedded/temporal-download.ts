import { execFile } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { z } from "zod";
import { messageOf } from "../../core/errors.ts";
import { type Progress, withHeartbeat } from "../progress.ts";

interface DownloadOptions {
  readonly target: string;
  readonly version: string;
  readonly downloadFrom: string;
  readonly onProgress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** A network that swallows packets must not hold up a start: there is another way. */
const ANSWER_WITHIN = 5_000;
const WHOLE_WITHIN = 5 * 60_000;

const description = z.object({ archiveUrl: z.url(), fileToExtract: z.string() });

/** Downloads the Temporal CLI from where the Temporal SDKs get it. */
export async function downloadTemporal({ target, version, downloadFrom, onProgress, signal }: DownloadOptions): Promise<void> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const answer = await get(`${downloadFrom}/cli/${version}?arch=${arch}&platform=${platform}&format=tar.gz`, ANSWER_WITHIN, signal);
  const { archiveUrl, fileToExtract } = description.parse(await answer.json());

  // Beside the target, so that the last step is a rename within one file system.
  const folder = await mkdtemp(join(dirname(target), "temporal-download-"));
  try {
    onProgress(`downloading the Temporal CLI ${version}`);
    const archive = await get(archiveUrl, WHOLE_WITHIN, signal);
    if (archive.body === null) throw new Error(`${archiveUrl} is empty`);
    const body = Readable.fromWeb(archive.body as Parameters<typeof Readable.fromWeb>[0]);
    const file = join(folder, "archive.tar.gz");
    await withHeartbeat(
      onProgress,
      (elapsed) => `downloading the Temporal CLI: ${Math.round(elapsed / 1000)} s`,
      () => pipeline(body, createWriteStream(file)),
    );
    await promisify(execFile)("tar", ["-xzf", file, "-C", folder, fileToExtract]);
    await rename(join(folder, fileToExtract), target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function get(url: string, within: number, signal: AbortSignal | undefined): Promise<Response> {
  const timeout = AbortSignal.timeout(within);
  try {
    const response = await fetch(url, { signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]) });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return response;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Error(`${new URL(url).host} is not reachable: ${messageOf(cause)}`, { cause: error });
  }
}
