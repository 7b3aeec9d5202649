/**
 * Branded identifiers of the execution plane. Each has one constructor, which validates; nothing else makes the brand.
 * On the hot path they are plain small integers: a brand costs nothing at run time.
 */
declare const brand: unique symbol;

type Brand<Name extends string> = { readonly [brand]: Name };

/** Slot of the order table, 0 to capacity − 1. */
export type OrderIndex = number & Brand<"OrderIndex">;
/** Place of an agent in the pool, 0 to agentsMax − 1; agentsMax itself is the host (adopted orders). */
export type AgentIndex = number & Brand<"AgentIndex">;
/** Dense place of an instrument in the instrument table. */
export type InstrumentIndex = number & Brand<"InstrumentIndex">;
/** Dense place of a venue, 0 to 255. */
export type VenueIndex = number & Brand<"VenueIndex">;
/** Number of this start of the host: rises at every start and is synced before the first order. 1 to 2^32 − 1. */
export type BootEpoch = number & Brand<"BootEpoch">;

/** What a venue sees as ClOrdID: never sent twice, ever. */
export interface ClientOrderId {
  readonly epoch: BootEpoch;
  /** 1 to 2^31 − 1, rises within one epoch. */
  readonly sequence: number;
}

/** Largest sequence of an epoch: one bit short of u32, so that it stays a small integer for the engine. */
export const SEQUENCE_MAX = 0x7fff_ffff;
/** Venues are counted in one byte. */
export const VENUES_MAX = 256;

function requireInteger(value: number, low: number, high: number, name: string): void {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new RangeError(
      `${name} is ${value}: expected an integer from ${low} to ${high}; correct the configuration`,
    );
  }
}

export function agentIndex(value: number): AgentIndex {
  requireInteger(value, 0, 0xffff, "agentIndex");
  return value as AgentIndex;
}

export function instrumentIndex(value: number): InstrumentIndex {
  requireInteger(value, 0, 0xffff, "instrumentIndex");
  return value as InstrumentIndex;
}

export function venueIndex(value: number): VenueIndex {
  requireInteger(value, 0, VENUES_MAX - 1, "venueIndex");
  return value as VenueIndex;
}

export function bootEpoch(value: number): BootEpoch {
  requireInteger(value, 1, 0xffff_ffff, "bootEpoch");
  return value as BootEpoch;
}

export function orderIndex(value: number, capacity: number): OrderIndex {
  requireInteger(value, 0, capacity - 1, "orderIndex");
  return value as OrderIndex;
}

export function clientOrderId(epoch: number, sequence: number): ClientOrderId {
  requireInteger(sequence, 1, SEQUENCE_MAX, "clientOrderId.sequence");
  return { epoch: bootEpoch(epoch), sequence };
}
