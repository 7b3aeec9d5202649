/**
 * Why a frame or an order was refused: what `handle` returns, a closed list. Codes are never renumbered; new ones come at the end.
 * A refused frame has left nothing behind, neither a record nor state; of a message in parts, what earlier parts gave was given.
 *
 * | code | name | meaning |
 * |---:|---|---|
 * | -1 | NOT_JSON | not exactly one well-formed JSON value: cut short, trailing bytes, control characters, bad escapes or numbers |
 * | -2 | NOT_UTF8 | a text holds bytes that are no UTF-8 |
 * | -3 | TOO_DEEP | nested deeper than 16 |
 * | -4 | UNKNOWN_MESSAGE | well-formed, but no message that this channel carries |
 * | -5 | UNKNOWN_SYMBOL | an instrument that the host did not define |
 * | -6 | MISSING_KEY | a required key is missing |
 * | -7 | DUPLICATE_KEY | a key stands twice in one object |
 * | -8 | ESCAPED_TEXT | a key, or a value that is read, is written with a backslash |
 * | -9 | WRONG_TYPE | a value is of another type or shape than the key's |
 * | -10 | BAD_DECIMAL | a price or quantity is no plain decimal: "NaN", exponents, leading zeros, empty |
 * | -11 | NEGATIVE | a price or quantity is negative |
 * | -12 | TOO_PRECISE | digits other than zero beyond the instrument's exponent |
 * | -13 | OUT_OF_RANGE | a mantissa above 2^53 - 1, or an integer that does not fit its field |
 * | -14 | BAD_STAMP | a time that is neither milliseconds nor microseconds of the years 2017 to 2099, or E and T more than a day apart |
 * | -15 | UNKNOWN_VALUE | a side, type, status or other word that the protocol does not know |
 * | -16 | TOO_LARGE | more levels or balances than the outbox takes |
 * | -17 | INVERTED_IDS | the first update id lies above the last |
 * | -18 | UNKNOWN_CHANNEL | the host named a channel that this codec does not have |
 * | -19 | INVALID_ORDER | an order command that cannot be written: price, quantity, ids or enumerations |
 * | -20 | OFF_GRID | an order's price or quantity has more digits than the instrument's tick or lot |
 * | -21 | OUT_OF_PART | a part of a message where none is due, or of a message that must come whole, or a last part that ends too early |
 * | -22 | TOO_LONG_PIECE | a message in parts has a piece, such as a level, that is longer than 4,096 bytes |
 * | -23 | REFUSED_BEFORE | a part of a message of which an earlier part was refused |
 * | -24 | UNKNOWN_ORDER | a cancel of an order whose full venue id this codec has not seen: it may be asked again once it has |
 */
export namespace Refusal {
  export const NOT_JSON: i32 = -1;
  export const NOT_UTF8: i32 = -2;
  export const TOO_DEEP: i32 = -3;
  export const UNKNOWN_MESSAGE: i32 = -4;
  export const UNKNOWN_SYMBOL: i32 = -5;
  export const MISSING_KEY: i32 = -6;
  export const DUPLICATE_KEY: i32 = -7;
  export const ESCAPED_TEXT: i32 = -8;
  export const WRONG_TYPE: i32 = -9;
  export const BAD_DECIMAL: i32 = -10;
  export const NEGATIVE: i32 = -11;
  export const TOO_PRECISE: i32 = -12;
  export const OUT_OF_RANGE: i32 = -13;
  export const BAD_STAMP: i32 = -14;
  export const UNKNOWN_VALUE: i32 = -15;
  export const TOO_LARGE: i32 = -16;
  export const INVERTED_IDS: i32 = -17;
  export const UNKNOWN_CHANNEL: i32 = -18;
  export const INVALID_ORDER: i32 = -19;
  export const OFF_GRID: i32 = -20;
  export const OUT_OF_PART: i32 = -21;
  export const TOO_LONG_PIECE: i32 = -22;
  export const REFUSED_BEFORE: i32 = -23;
  export const UNKNOWN_ORDER: i32 = -24;
}
