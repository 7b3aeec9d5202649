import { randomBytes } from "node:crypto";
import type { Random } from "./random.ts";

/** The operating system's generator. */
export class SystemRandom implements Random {
  bytes(count: number): Uint8Array {
    return randomBytes(count);
  }

  fraction(): number {
    return randomBytes(4).readUInt32LE() / 2 ** 32;
  }
}
