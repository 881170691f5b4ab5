export type { Updates } from "./found-object.ts";
export type { S3Item, S3Options } from "./s3.ts";
export { s3 } from "./s3.ts";
export type { S3Cursor } from "./stock.ts";
