import { resolve } from "node:path";
import { HeadgateError } from "../../core/errors.ts";
import type { SourceAsset } from "../../core/source.ts";
import { parseTemplate, type Template } from "../../core/uri/template.ts";
import { formatUri, splitUri } from "../../core/uri/uri.ts";
import { cutAtPlaceholder, decodePath, escapePath } from "../uri-path.ts";

/** The folder that is watched, and how partitions are read from the paths below it. */
export interface FilesPlace {
  /** Absolute path. */
  readonly root: string;
  /** `file:` URI of the root. */
  readonly uri: string;
  /** The partition that a path below the root names, if the place has a template. */
  partitionOf(path: string): string | undefined;
}

/**
 * Where to read. The folder is `path` up to its first placeholder, else what the asset's `file:` URI says; a relative path is
 * resolved against the project's folder. The partition comes from the placeholders of `path`, else from those of the asset.
 * Throws `E_CONFIG` if neither says where.
 */
export function placeOf(path: string | undefined, asset: SourceAsset | undefined, projectFolder: string): FilesPlace {
  const { root, placeholders } = path === undefined ? placeOfAsset(asset) : placeOfPath(path, asset, projectFolder);
  const uri = fileUri(root);
  const template: Template | undefined = placeholders === "" ? undefined : parseTemplate(`${uri}/${placeholders}`, asset?.partitions);
  return { root, uri, partitionOf: (below) => template?.partitionUnder(`${uri}/${escapePath(below)}`) };
}

function placeOfPath(path: string, asset: SourceAsset | undefined, projectFolder: string): { readonly root: string; readonly placeholders: string } {
  const [literal, own] = cutAtPlaceholder(path);
  const placeholders = own === "" && asset?.template !== undefined ? cutAtPlaceholder(splitUri(asset.template).path)[1] : own;
  return { root: resolve(projectFolder, literal === "" && path.startsWith("/") ? "/" : literal), placeholders };
}

function placeOfAsset(asset: SourceAsset | undefined): { readonly root: string; readonly placeholders: string } {
  const { scheme, authority, path } = splitUri(asset?.template ?? asset?.uri ?? "none:asset");
  if (scheme !== "file" || (authority ?? "") !== "") {
    throw new HeadgateError(
      "E_CONFIG",
      `files() does not know what to read: ${asset === undefined ? "it has no path" : `"${asset.uri}" is no folder of this machine, and it has no path`}`,
      {
        hint: 'write files({ path: "landing/{ds}" }), or give the asset a URI as file:///landing/{ds}/',
      },
    );
  }
  const [literal, placeholders] = cutAtPlaceholder(path);
  return { root: literal === "" ? "/" : decodePath(literal), placeholders };
}

/** The URI of a path in the spelling of asset URIs: only what would end the path is escaped. */
export function fileUri(path: string): string {
  return formatUri({ scheme: "file", authority: "", path: escapePath(path).replace(/(?<=.)\/+$/, ""), query: "" });
}
