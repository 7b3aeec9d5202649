const HEAD_BYTES = 24;
const FIELD_BYTES = 8;
const VERSION_AT = 8;
const LENGTH_AT = 12;
const CHECKSUM_AT = 16;
const SEED = 0x9e37_79b9_7f4a_7c15n;
const FACTOR = 0xff51_afd7_ed55_8ccdn;

/**
 * A snapshot as a plugin of some version would have written it: abi/assembly/snapshot-layout.ts draws it. A bigint is an i64, u32 or bool, a
 * number an f64. For tests that need the state of a version that is gone, or one that no version ever wrote.
 */
export function encodeSnapshot(version: number, fields: readonly (number | bigint)[]): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES + fields.length * FIELD_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from("SPSTATE1", "latin1"));
  view.setUint32(VERSION_AT, version, true);
  view.setUint32(LENGTH_AT, bytes.length, true);
  for (const [index, field] of fields.entries()) {
    const at = HEAD_BYTES + index * FIELD_BYTES;
    if (typeof field === "bigint") view.setBigInt64(at, BigInt.asIntN(64, field), true);
    else view.setFloat64(at, field, true);
  }
  let sum = mixed(SEED, view.getBigUint64(VERSION_AT, true));
  for (let at = HEAD_BYTES; at < bytes.length; at += FIELD_BYTES)
    sum = mixed(sum, view.getBigUint64(at, true));
  view.setBigUint64(CHECKSUM_AT, sum, true);
  return bytes;
}

function mixed(sum: bigint, word: bigint): bigint {
  const product = BigInt.asUintN(64, (sum ^ word) * FACTOR);
  return product ^ (product >> 32n);
}
