import { HeadgateError } from "../../core/errors.ts";
import type { SourceAsset } from "../../core/source.ts";
import { parseTemplate } from "../../core/uri/template.ts";
import { splitUri } from "../../core/uri/uri.ts";
import { cutAtPlaceholder, decodePath, escapePath } from "../uri-path.ts";

/** Which folder of which server is watched, and how partitions are read from the paths below it. */
export interface SftpPlace {
  readonly connection: string;
  /** As the server is asked: `/outbox`, or `outbox` in the folder of the login. */
  readonly root: string;
  /** `sftp://partner/outbox`, with the connection's name for the server. A path in the folder of the login begins with `~`. */
  readonly uri: string;
  partitionOf(path: string): string | undefined;
}

export interface PlaceOptions {
  readonly connection?: string | undefined;
  readonly path?: string | undefined;
}

/** Connection and folder as the options say, else as the asset's `sftp:` URI says. Throws `E_CONFIG` if neither says where. */
export function placeOf({ connection, path }: PlaceOptions, asset: SourceAsset | undefined): SftpPlace {
  const { scheme, authority, path: assetPath } = splitUri(asset?.template ?? asset?.uri ?? "none:asset");
  const ofAsset = scheme === "sftp" && authority !== null && authority !== "" ? { connection: authority, path: assetPath } : undefined;
  const name = connection ?? ofAsset?.connection;
  const wanted = path ?? ofAsset?.path;
  if (name === undefined || name === "" || wanted === undefined) {
    throw new HeadgateError("E_CONFIG", `sftp() does not know what to read${asset === undefined ? "" : `: "${asset.uri}" is no folder of a server`}`, {
      hint: 'write sftp({ connection: "partner", path: "/outbox/{ds}" }), or give the asset a URI as sftp://partner/outbox/{ds}/',
    });
  }
  const [literal, own] = cutAtPlaceholder(path === undefined || path.startsWith("/") ? wanted : `/~/${path}`);
  const placeholders = own === "" ? cutAtPlaceholder(ofAsset?.path ?? "")[1] : own;
  const folder = path === undefined ? decodePath(literal) : literal;
  const uri = `sftp://${name}${escapePath(folder).replace(/\/+$/, "")}`;
  const template = placeholders === "" ? undefined : parseTemplate(`${uri}/${placeholders}`, asset?.partitions);
  return {
    connection: name,
    root: folder === "/~" ? "." : folder.startsWith("/~/") ? folder.slice(3) : folder === "" ? "/" : folder,
    uri,
    partitionOf: (below) => template?.partitionUnder(`${uri}/${escapePath(below)}`),
  };
}
