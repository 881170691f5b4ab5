import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** Cost of a new hash: 32 MiB and about 0.2 s, as OWASP's Password Storage Cheat Sheet asks of scrypt with this much memory. */
const COST = { N: 2 ** 15, r: 8, p: 3 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Shortest password that is taken. */
export const LEAST_PASSWORD = 12;

/** `scrypt$<N>$<r>$<p>$<salt>$<hash>`: with its parameters, so that they can grow without making old hashes unreadable. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, HASH_BYTES, COST);
  return ["scrypt", COST.N, COST.r, COST.p, salt.toString("base64url"), hash.toString("base64url")].join("$");
}

/** Whether it is the password of the hash. For nobody's hash it takes as long, and is false: time does not tell which names there are. */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [, N, r, p, salt = "", hash = ""] = (stored ?? NOBODY).split("$");
  const expected = Buffer.from(hash, "base64url");
  const given = await derive(password, Buffer.from(salt, "base64url"), expected.length, { N: Number(N), r: Number(r), p: Number(p) });
  return timingSafeEqual(given, expected) && stored !== undefined;
}

/** A password that a person can type and nobody can guess: 100 bits in groups of five. */
export function newPassword(): string {
  const letters = "abcdefghijkmnpqrstuvwxyz23456789";
  const text = Array.from(randomBytes(20), (byte) => letters[byte % letters.length]).join("");
  return (text.match(/.{5}/g) ?? []).join("-");
}

const NOBODY = ["scrypt", COST.N, COST.r, COST.p, Buffer.alloc(SALT_BYTES).toString("base64url"), Buffer.alloc(HASH_BYTES).toString("base64url")].join("$");

function derive(password: string, salt: Buffer, bytes: number, cost: { readonly N: number; readonly r: number; readonly p: number }): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // The same letters must give the same bytes, however a keyboard composes them.
    scrypt(password.normalize("NFC"), salt, bytes, { ...cost, maxmem: 256 * cost.N * cost.r }, (error, hash) =>
      error === null ? resolve(hash) : reject(error),
    );
  });
}
