// CRC-32C (Castagnoli), reflected polynomial; RFC 3720 appendix B.4.
const POLYNOMIAL = 0x82f63b78;

/** Eight tables of 256 entries in one array: table k stands at 256 * k and advances a byte by k further zero bytes. */
export const CRC_TABLES: Int32Array = makeTables();

function makeTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ POLYNOMIAL;
    tables[byte] = value;
  }
  for (let index = 256; index < tables.length; index++) {
    const previous = tables[index - 256] ?? 0;
    tables[index] = (previous >>> 8) ^ (tables[previous & 255] ?? 0);
  }
  return tables;
}
