import type { JsonObject } from "../core/json.ts";

/**
 * Fingerprints of what is remembered of an event: 64 bits of its source and id, and 32 bits of its content. Enough to tell events
 * apart, no protection against forgery. In memory a name is a text of four code units, which is quicker to make than one to read.
 */
export interface Fingerprint {
  readonly name: string;
  readonly content: number;
}

const NEW_LINE = "\n".charCodeAt(0);

export function nameOf(source: string, id: string): string {
  const length = source.length + 1 + id.length;
  const a = mix(Math.imul(mix(0xdeadbeef ^ length, source, A) ^ NEW_LINE, A), id, A);
  const b = mix(Math.imul(mix(0x41c6ce57 ^ length, source, B) ^ NEW_LINE, B), id, B);
  const high = blend(a, b);
  const low = blend(b, high);
  return String.fromCharCode(high >>> 16, high & 0xffff, low >>> 16, low & 0xffff);
}

export function contentOf(asset: string, partition: string | null, data: JsonObject): number {
  const json = JSON.stringify(data);
  const about = mix(mix(asset.length, asset, A), partition ?? "", A);
  return blend(mix(about, json, A), json.length);
}

/** As the state keeps it. */
export function writeFingerprint({ name, content }: Fingerprint): string {
  return `${word(name, 0).toString(36)}${word(name, 2).toString(36).padStart(LOW, "0")}:${(content >>> 0).toString(36)}`;
}

export function readFingerprint(text: string): Fingerprint {
  const end = text.indexOf(":");
  const high = Number.parseInt(text.slice(0, end - LOW), 36);
  const low = Number.parseInt(text.slice(end - LOW, end), 36);
  return {
    name: String.fromCharCode(high >>> 16, high & 0xffff, low >>> 16, low & 0xffff),
    content: Number.parseInt(text.slice(end + 1), 36) | 0,
  };
}

/** Digits of 32 bits to the base of 36. */
const LOW = 7;

function word(name: string, at: number): number {
  return name.charCodeAt(at) * 0x10000 + name.charCodeAt(at + 1);
}

const A = 2654435761;
const B = 1597334677;

function mix(hash: number, text: string, factor: number): number {
  let mixed = hash;
  for (let index = 0; index < text.length; index++) mixed = Math.imul(mixed ^ text.charCodeAt(index), factor);
  return mixed;
}

/** The last steps of MurmurHash3: each bit of both words changes half of the bits. */
function blend(a: number, b: number): number {
  return Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
}
