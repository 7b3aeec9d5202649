/**
 * Version of the metering. What is compiled is meter(verified bytes, this version), so any change of output
 * raises it.
 *
 * Gas is counted in instructions. A function is charged at its entry with all instructions that stand in it
 * outside of loops (and its locals, which are zeroed); a loop is charged at its header, so on every round,
 * with all instructions that stand in it outside of inner loops. Both are upper bounds of what runs. Between
 * two charges no branch leads backwards, so unbounded work without gas cannot be written.
 */
export const METER_VERSION = 2;

/** Names under which the counters are exported; a module that uses them itself is refused. */
export const GAS_EXPORT = "sandpit.gas";
export const DEPTH_EXPORT = "sandpit.depth";

/**
 * The module's own mutable globals are exported under this and their number, so that the host can carry the state of an instance, which
 * is its memory and these, to another instance of the same module.
 */
export const STATE_EXPORT_PREFIX = "sandpit.global.";

/**
 * A leaf without loops and with at most this many instructions is charged where it is called, with its whole
 * cost. The bound keeps the over-charge of a call that is not taken small.
 */
export const FOLDED_INSTRUCTIONS_MAX = 48;

/**
 * memory.fill, copy and init cost one unit per 8 bytes: they move more than 8 bytes in the time of an
 * instruction.
 */
export const MEMORY_BULK_SHIFT = 3;

/**
 * table.copy and init cost one unit per two entries. At least 1, so that an unsigned 32-bit length cannot
 * wrap the signed counter.
 */
export const TABLE_BULK_SHIFT = 1;

/** A frame costs one unit of depth for itself and one for each so many locals. */
export const LOCALS_PER_DEPTH_UNIT = 32;

/** Largest budget: the counter is a signed 32-bit number and is exhausted when negative. */
export const GAS_MAX = 2_147_483_647;

/** What is compiled may not grow beyond this; the densest module within the caps would grow tenfold. */
export const METERED_BYTES_MAX: number = 4 * 1024 * 1024;
