import type { FoundFile } from "../files/found-file.ts";
import { NOT_TEXT } from "../files/list-files.ts";
import { isTemporary } from "../temporary-name.ts";
import { type SftpClient, STATUS, statusOf, toFound } from "./sftp-client.ts";

export interface RemoteListing {
  readonly client: SftpClient;
  readonly root: string;
  readonly wanted: (path: string) => boolean;
  /** Something that is passed over: a folder that may not be read, a symbolic link, a name that is not text. */
  readonly onTrouble: (path: string, problem: string) => void;
}

/**
 * All wanted files below the root, in chunks. Symbolic links are never followed: they lead out of the root, or round in circles. A folder that
 * vanishes meanwhile, or that may not be read, ends nothing; the root itself and a lost connection do.
 */
export async function* listRemote(listing: RemoteListing): AsyncGenerator<readonly FoundFile[]> {
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    try {
      for await (const entries of listing.client.list(pathIn(listing.root, folder))) {
        const files: FoundFile[] = [];
        for (const entry of entries) {
          const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
          if (path.includes("\uFFFD")) listing.onTrouble(path, NOT_TEXT);
          else if (entry.kind === "folder") void (isTemporary(path) || folders.push(path));
          else if (entry.kind === "link") listing.onTrouble(path, "symbolic links are not followed");
          else if (entry.kind === "file" && listing.wanted(path)) files.push(toFound(path, entry));
        }
        yield files;
      }
    } catch (error) {
      const status = statusOf(error);
      if (folder === "" || status === undefined) throw error;
      if (status !== STATUS.NO_SUCH_FILE)
        listing.onTrouble(folder, `it cannot be listed: ${status === STATUS.DENIED ? "permission denied" : `status ${status}`}`);
    }
  }
}

export function pathIn(root: string, path: string): string {
  return path === "" ? root : `${root.replace(/\/+$/, "")}/${path}`;
}
