export type { HttpItem, HttpOptions } from "./http.ts";
export { http } from "./http.ts";
export type { HttpCursor } from "./read-http.ts";
