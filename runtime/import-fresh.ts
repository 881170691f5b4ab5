import { register } from "node:module";
import { pathToFileURL } from "node:url";

/** Folders of this package: they are never loaded twice, or `instanceof`, brands and connection pools would come apart. */
const OWN_FOLDERS = ["core", "registry", "interpreter", "workflows", "watchers", "store", "client", "activities", "testing", "runtime", "api", "cli"];
const ownRoot = new URL("../", import.meta.url).href;

/**
 * Node keeps a module by its URL for as long as the process lives. This hook hands the mark of a load on from a file to what it
 * imports, so that the project's own files are read again; packages and Headgate itself stay the ones that are loaded.
 * It runs on Node's loader thread, where TypeScript cannot be relied on: hence JavaScript in a string.
 */
const HOOK = `
const MARK = /[?&]headgate-load=(\\d+)/;
let own = [];
export function initialize(data) { own = data.own; }
export async function resolve(specifier, context, next) {
  const result = await next(specifier, context);
  const load = MARK.exec(context.parentURL ?? "")?.[1];
  const { url } = result;
  if (load === undefined || !url.startsWith("file:") || url.includes("/node_modules/") || own.some((folder) => url.startsWith(folder)) || MARK.test(url)) return result;
  return { ...result, url: url + (url.includes("?") ? "&" : "?") + "headgate-load=" + load };
}`;

let loads = 0;
let ready: Promise<void> | undefined;

async function prepare(): Promise<void> {
  // tsx is needed to read TypeScript at all; under \`node --import tsx\` it is there already, and a second one is harmless.
  const tsx = await import("tsx/esm/api");
  tsx.register();
  register(`data:text/javascript,${encodeURIComponent(HOOK)}`, { data: { own: OWN_FOLDERS.map((folder) => `${ownRoot}${folder}/`) } });
}

/** A number for one load: files that are imported under the same number share what they import. */
export function nextLoad(): number {
  loads += 1;
  return loads;
}

/**
 * Imports a file of the project, TypeScript or JavaScript, as it is on disk now, with the files that it imports.
 * A module cannot be forgotten again: each load of a file costs memory until the process ends.
 */
export async function importFresh(file: string, load: number): Promise<Readonly<Record<string, unknown>>> {
  ready ??= prepare();
  await ready;
  return (await import(`${pathToFileURL(file).href}?headgate-load=${load}`)) as Readonly<Record<string, unknown>>;
}
