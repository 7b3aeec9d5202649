import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Everything that a journal's segments hold, as bytes: whether something stands in it needs no reader of the host's. */
export function journalBytes(directory: string): Buffer {
  const names = readdirSync(directory).filter((name) => name.startsWith("segment-"));
  return Buffer.concat(names.sort().map((name) => readFileSync(join(directory, name))));
}

/** Whether the request of an order with that id was written. */
export function hasIntent(journal: Buffer, clientOrderId: string): boolean {
  return journal.includes(`"newClientOrderId":"${clientOrderId}"`);
}
