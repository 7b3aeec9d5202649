import { CRC_TABLES } from "./crc32c-tables.ts";

const LANE_A_SEED = 0x9e3779b9 | 0;
const LANE_B_SEED = 0x85ebca6b | 0;
const LANE_A_FACTOR = 0xcc9e2d51 | 0;
const LANE_B_FACTOR = 0x1b873593 | 0;

/**
 * One pass over a record gives both its CRC-32C and its chain hash: the two dependency chains overlap, so the hash adds little to the CRC.
 *
 * The hash has two 32-bit lanes: A takes the even 32-bit words (the CRC word last), B the odd ones, each step `h = (h ^ word) * odd; h ^= h >>> 15`.
 * A step is a bijection of the lane for a given word and of the word for a given lane. So it detects with certainty every change that is
 * confined to one word (or to one word in each lane), and other accidental changes but for one in about 2^32 for each lane touched; together with the
 * CRC (all bursts up to 32 bits, all 1- and 2-bit errors at these lengths) an accidental splice of records passes once in about 2^64. It is
 * no defence against an author of damage: whoever can compute can forge it.
 */
export class RecordSealer {
  crc = 0;
  laneA = 0;
  laneB = 0;

  /**
   * Digests the record of `wordCount` (even, at least 2) 32-bit words at `wordIndex`; word 0 is the CRC's own place and is not read.
   * Leaves the results in `crc`, `laneA`, `laneB`.
   */
  digest(words: Int32Array, wordIndex: number, wordCount: number): void {
    const tables = CRC_TABLES;
    const end = wordIndex + wordCount;
    let odd = words[wordIndex + 1]!;
    let crc = ~odd;
    crc =
      tables[768 + (crc & 255)]! ^
      tables[512 + ((crc >>> 8) & 255)]! ^
      tables[256 + ((crc >>> 16) & 255)]! ^
      tables[crc >>> 24]!;
    let laneA = LANE_A_SEED;
    let laneB = Math.imul(LANE_B_SEED ^ odd, LANE_B_FACTOR);
    laneB ^= laneB >>> 15;
    for (let index = wordIndex + 2; index < end; index += 2) {
      const even = words[index]!;
      odd = words[index + 1]!;
      crc ^= even;
      crc =
        tables[1792 + (crc & 255)]! ^
        tables[1536 + ((crc >>> 8) & 255)]! ^
        tables[1280 + ((crc >>> 16) & 255)]! ^
        tables[1024 + (crc >>> 24)]! ^
        tables[768 + (odd & 255)]! ^
        tables[512 + ((odd >>> 8) & 255)]! ^
        tables[256 + ((odd >>> 16) & 255)]! ^
        tables[odd >>> 24]!;
      laneA = Math.imul(laneA ^ even, LANE_A_FACTOR);
      laneA ^= laneA >>> 15;
      laneB = Math.imul(laneB ^ odd, LANE_B_FACTOR);
      laneB ^= laneB >>> 15;
    }
    crc = ~crc;
    laneA = Math.imul(laneA ^ crc, LANE_A_FACTOR);
    this.laneA = laneA ^ (laneA >>> 15);
    this.laneB = laneB;
    this.crc = crc;
  }
}
