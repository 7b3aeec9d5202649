import { Uuid } from "./uuid";

/**
 * Client order ids of this host. The venue takes any text and recommends a UUID; this is one of version 8 (RFC 9562: the bits are the
 * application's own), from which both numbers can be read again:
 *
 * ```
 *   0000002a-5350-8000-8000-000000000abc
 *   └epoch─┘ └────── fixed ─────┘└ seq. ┘      eight hexadecimal digits each; the epoch is never 0
 * ```
 *
 * Every other id belongs to somebody else. The venue answers a repeated id with the order that has it: no second one is made.
 */
const FIXED_HIGH: u64 = 0x53508000;
const FIXED_LOW: u64 = 0x80000000;

/** Epoch and sequence of the id that was parsed last; 0 both for an id that is not of this form. */
export class ClientOrderId {
  static epoch: u32 = 0;
  static sequence: u32 = 0;

  /** Reads the id that begins at `p` and ends before a quotation mark. */
  static parse(p: usize): void {
    const isOurs = Uuid.parse(p) && <u32>Uuid.high == FIXED_HIGH && Uuid.low >> 32 == FIXED_LOW;
    ClientOrderId.epoch = isOurs ? <u32>(Uuid.high >> 32) : 0;
    ClientOrderId.sequence = ClientOrderId.epoch != 0 ? <u32>Uuid.low : 0;
  }

  /** Writes an id and returns the place after it. */
  static write(p: usize, epoch: u32, sequence: u32): usize {
    return Uuid.write(p, ((<u64>epoch) << 32) | FIXED_HIGH, (FIXED_LOW << 32) | sequence);
  }
}
