import { InstrumentDefinition } from "abi/assembly";
import { power10 } from "../text/power10";
import { SHORT_TEXT_MAX, ShortText } from "../text/short-text";

/** Instruments that one host may define. The hash tables have four times as many places, so that a search is short. */
const CAPACITY: u32 = 512;
const PLACES: u32 = 2048;
const HASH_SHIFT: u64 = 53;
const GOLDEN: u64 = 0x9e3779b97f4a7c15;

/**
 * How a decimal text becomes a mantissa, worked out once: `drop` selects the digits of an eight-digit fraction that must be zero.
 * Texts of one field mostly have as many digits before the point as the one before had: `length`, with its mask and shift, is that
 * guess. It costs a comparison and spares the processor from waiting for each text before it can look at the next.
 */
@unmanaged
export class Scale {
  drop: u64;
  shift: u64;
  unit: u64;
  mask: u64;
  lead: u64;
  length: usize;
  /** What the guess last missed. */
  other: usize;
  decimals: u32;
  /** Whether the fraction of eight digits that the venue writes holds every decimal of the exponent. */
  plain: u32;

  set(exponent: i32): void {
    assert(exponent <= 0 && exponent >= -15, "exponent out of range: 0 to -15");
    const decimals = <u32>-exponent;
    this.decimals = decimals;
    this.plain = decimals <= 8 ? 1 : 0;
    this.drop = decimals >= 8 ? 0 : ~(<u64>0) << (decimals * 8);
    this.shift = decimals == 0 ? 0 : (64 - decimals * 8) & 63;
    this.unit = power10(decimals);
    this.guess(1);
  }

  /** Expects 1 to 8 digits before the point from now on. */
  guess(length: usize): void {
    this.length = length;
    this.other = 0;
    this.lead = 64 - ((<u64>length) << 3);
    this.mask = ~(<u64>0) >> this.lead;
  }
}

/** One instrument. The symbol is kept in three words, zero beyond its end, with the masks that cut a text to its length. */
@unmanaged
export class Instrument {
  word0: u64;
  word1: u64;
  word2: u64;
  /** The quote asset's code in one word, zero beyond its end. */
  quoteAsset: u64;
  mask0: u64;
  mask1: u64;
  mask2: u64;
  symbolLength: u32;
  instrumentId: u32;
  quoteDecimals: u32;
  tickDecimals: u32;
  lotDecimals: u32;
  /** Whether price and size both suit the fast path. */
  plain: u32;

  @inline get price(): Scale {
    return changetype<Scale>(changetype<usize>(this) + offsetof<Instrument>());
  }

  @inline get size(): Scale {
    return changetype<Scale>(changetype<usize>(this) + offsetof<Instrument>() + offsetof<Scale>());
  }
}

const INSTRUMENT_BYTES: usize = offsetof<Instrument>() + 2 * offsetof<Scale>();
const list: usize = heap.alloc(<usize>CAPACITY * INSTRUMENT_BYTES);
const bySymbol: usize = emptyTable();
const byId: usize = emptyTable();
let count: u32 = 0;
let last: Instrument = changetype<Instrument>(list);

function emptyTable(): usize {
  const table = heap.alloc(<usize>PLACES * sizeof<u32>());
  memory.fill(table, 0, <usize>PLACES * sizeof<u32>());
  return table;
}

/** The bytes of a word below its first zero byte, as a mask: the text's length in a field that is padded with zeros. */
function usedMask(word: u64): u64 {
  const flags = (word - 0x0101010101010101) & ~word & 0x8080808080808080;
  return flags == 0 ? ~(<u64>0) : ((<u64>1) << (ctz(flags) & 56)) - 1;
}

/** Decimals that a grid step needs: those of the exponent less the step's trailing zeros. No step, all decimals. */
function gridDecimals(step: i64, decimals: u32): u32 {
  if (step <= 0) return decimals;
  let needed = decimals;
  while (needed > 0 && step % 10 == 0) {
    step /= 10;
    needed -= 1;
  }
  return needed;
}

function hash(word0: u64, word1: u64, word2: u64): u32 {
  return <u32>(((word0 ^ rotl<u64>(word1, 23) ^ rotl<u64>(word2, 41)) * GOLDEN) >> HASH_SHIFT);
}

/** Defines an instrument, or changes the grid of one that is defined. */
export function define(definition: InstrumentDefinition): void {
  const field = changetype<usize>(definition) + offsetof<InstrumentDefinition>("symbol0");
  const mask0 = usedMask(load<u64>(field));
  const mask1 = ~mask0 == 0 ? usedMask(load<u64>(field, 8)) : 0;
  const mask2 = ~mask1 == 0 ? usedMask(load<u64>(field, 16)) : 0;
  assert(mask0 != 0, "empty symbol");
  const known = find(load<u64>(field) & mask0, load<u64>(field, 8) & mask1, load<u64>(field, 16) & mask2);
  assert(instrumentOf(definition.instrumentId) === known, "an instrument's id and symbol belong together");
  const instrument = known !== null ? known : add();
  instrument.mask0 = mask0;
  instrument.mask1 = mask1;
  instrument.mask2 = mask2;
  instrument.word0 = load<u64>(field) & mask0;
  instrument.word1 = load<u64>(field, 8) & mask1;
  instrument.word2 = load<u64>(field, 16) & mask2;
  instrument.symbolLength = <u32>((popcnt(mask0) + popcnt(mask1) + popcnt(mask2)) >> 3);
  instrument.instrumentId = definition.instrumentId;
  instrument.price.set(definition.priceExponent);
  instrument.size.set(definition.sizeExponent);
  assert(definition.quoteExponent <= 0 && definition.quoteExponent >= -15, "exponent out of range: 0 to -15");
  instrument.quoteAsset = load<u64>(
    changetype<usize>(definition) + offsetof<InstrumentDefinition>("quoteAsset0"),
  );
  instrument.quoteDecimals = <u32>-definition.quoteExponent;
  instrument.tickDecimals = gridDecimals(definition.tickSize, instrument.price.decimals);
  instrument.lotDecimals = gridDecimals(definition.lotSize, instrument.size.decimals);
  instrument.plain = instrument.price.plain & instrument.size.plain;
  if (known === null) enter(instrument);
  last = instrument;
}

function add(): Instrument {
  assert(count < CAPACITY, "too many instruments");
  count += 1;
  return changetype<Instrument>(list + <usize>(count - 1) * INSTRUMENT_BYTES);
}

function enter(instrument: Instrument): void {
  let place = hash(instrument.word0, instrument.word1, instrument.word2);
  while (load<u32>(bySymbol + <usize>place * 4) != 0) place = (place + 1) & (PLACES - 1);
  store<u32>(bySymbol + <usize>place * 4, <u32>changetype<usize>(instrument));
  place = hash(instrument.instrumentId, 0, 0);
  while (load<u32>(byId + <usize>place * 4) != 0) place = (place + 1) & (PLACES - 1);
  store<u32>(byId + <usize>place * 4, <u32>changetype<usize>(instrument));
}

function find(word0: u64, word1: u64, word2: u64): Instrument | null {
  let place = hash(word0, word1, word2);
  while (true) {
    const found = load<u32>(bySymbol + <usize>place * 4);
    if (found == 0) return null;
    const instrument = changetype<Instrument>(<usize>found);
    if (instrument.word0 == word0 && instrument.word1 == word1 && instrument.word2 == word2)
      return instrument;
    place = (place + 1) & (PLACES - 1);
  }
}

/** The instrument of this id, or null. */
export function instrumentOf(instrumentId: u32): Instrument | null {
  let place = hash(instrumentId, 0, 0);
  while (true) {
    const found = load<u32>(byId + <usize>place * 4);
    if (found == 0) return null;
    const instrument = changetype<Instrument>(<usize>found);
    if (instrument.instrumentId == instrumentId) return instrument;
    place = (place + 1) & (PLACES - 1);
  }
}

/** The instrument that was defined as the `index`-th, or null. */
export function instrumentAt(index: u32): Instrument | null {
  return index < count ? changetype<Instrument>(list + <usize>index * INSTRUMENT_BYTES) : null;
}

/** The instrument whose symbol begins at `p` and ends before a quotation mark, or null. Feeds repeat: the last one is tried first. */
export function instrumentBySymbol(p: usize): Instrument | null {
  const recent = last;
  const word0 = load<u64>(p);
  const difference =
    ((word0 & recent.mask0) ^ recent.word0) |
    ((load<u64>(p, 8) & recent.mask1) ^ recent.word1) |
    ((load<u64>(p, 16) & recent.mask2) ^ recent.word2);
  if (difference == 0 && load<u8>(p + recent.symbolLength) == 0x22) return count == 0 ? null : recent;
  return search(p);
}

function search(p: usize): Instrument | null {
  let length: usize = 0;
  while (load<u8>(p + length) != 0x22) {
    length += 1;
    if (length > SHORT_TEXT_MAX) return null;
  }
  ShortText.take(p, length);
  const found = find(ShortText.word0, ShortText.word1, ShortText.word2);
  if (found !== null) last = found;
  return found;
}
