export type { SftpCursor } from "./read-sftp.ts";
export type { SftpItem, SftpOptions } from "./sftp.ts";
export { sftp } from "./sftp.ts";
