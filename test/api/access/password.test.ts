import { expect, it } from "vitest";
import { hashPassword, LEAST_PASSWORD, newPassword, verifyPassword } from "../../../api/access/password.ts";

it("knows a password again by its hash, however its letters are composed, and no other", async () => {
  const hash = await hashPassword("caf\u00e9 au lait");
  expect(hash).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
  expect(await Promise.all([verifyPassword("cafe\u0301 au lait", hash), verifyPassword("cafe au lait", hash)])).toEqual([true, false]);
});

it("reads a hash with the cost that it was made with", async () => {
  const { scryptSync } = await import("node:crypto");
  const salt = Buffer.from("0123456789abcdef");
  const hash = scryptSync("old one", salt, 32, { N: 1024, r: 8, p: 1 });
  expect(await verifyPassword("old one", `scrypt$1024$8$1$${salt.toString("base64url")}$${hash.toString("base64url")}`)).toBe(true);
});

it("is never right for nobody", async () => {
  expect(await verifyPassword("", undefined)).toBe(false);
});

it("makes passwords that nobody guesses", () => {
  const made = Array.from({ length: 50 }, newPassword);
  expect(new Set(made).size).toBe(50);
  for (const password of made) expect(password).toMatch(/^([a-km-np-z2-9]{5}-){3}[a-km-np-z2-9]{5}$/);
  expect(made[0]?.length).toBeGreaterThan(LEAST_PASSWORD);
});
