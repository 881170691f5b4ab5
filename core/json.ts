/** Anything that survives `JSON.parse(JSON.stringify(x))` unchanged. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object, as in the `data` of an event. */
export type JsonObject = { readonly [key: string]: Json };
