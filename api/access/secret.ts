import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** What nobody can guess: 256 bits, after a prefix that scanners for leaked secrets can know. */
export function newSecret(prefix: string): string {
  return `${prefix}${randomBytes(32).toString("base64url")}`;
}

/** SHA-256, hexadecimal: what cannot be guessed needs no slow hash. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Compares in a time that says nothing of where they differ. */
export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(one), "hex"), Buffer.from(hashOf(other), "hex"));
}
