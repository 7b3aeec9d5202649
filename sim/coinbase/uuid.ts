import type { Rng } from "../market/index.ts";

/** A random UUID (version 4) from a seeded generator. */
export function makeUuid(random: Rng): string {
  let hex = "";
  for (let word = 0; word < 4; word += 1) hex += random.nextUint32().toString(16).padStart(8, "0");
  const variant = "89ab"[parseInt(hex.slice(16, 17), 16) % 4] ?? "8";
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** A fixed UUID for a thing that has a number: a user, a portfolio, a wallet. */
export function numberedUuid(family: number, member: number): string {
  const tail = member.toString(16).padStart(12, "0");
  return `${family.toString(16).padStart(8, "0")}-51de-4c0b-8ba5-${tail}`;
}
