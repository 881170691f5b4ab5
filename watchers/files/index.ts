export type { FileItem, FilesOptions } from "./files.ts";
export { files } from "./files.ts";
export type { FilesCursor } from "./stock.ts";
