import { writeRecord } from "./record-writer.ts";

/** What a venue reports of an asset. */
export function balanceRecord(assetId: number, free: number, locked: number): Buffer {
  return writeRecord("Balance", { assetId, free, locked });
}
