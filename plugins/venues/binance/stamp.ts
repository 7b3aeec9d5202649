import { integerAt, required } from "../text/fields";
import { Refusal } from "../text/refusal";
import { refuse } from "../text/refused";

// Binance stamps in milliseconds, or in microseconds where a connection asked for them. Which of the two is told by size alone: the
// windows are 2017-01-01 to 2100-01-01 and lie a factor of 360 apart.
const MS_MIN: u64 = 1_483_228_800_000;
const MS_MAX: u64 = 4_102_444_800_000;
const DAY_NS: i64 = 86_400_000_000_000;

/** Nanoseconds since 1970, or 0 for a stamp that is not plausible. */
export function stampNs(stamp: u64): i64 {
  if (stamp - MS_MIN < MS_MAX - MS_MIN) return <i64>(stamp * 1_000_000);
  if (stamp - MS_MIN * 1000 < (MS_MAX - MS_MIN) * 1000) return <i64>(stamp * 1000);
  return 0;
}

/** Whether two stamps of one message can both be true: neither is 0, and less than a day lies between them. */
export function areNear(first: i64, second: i64): bool {
  const apart = first - second;
  return first != 0 && second != 0 && apart < DAY_NS && apart > -DAY_NS;
}

/** The stamp of a key, in nanoseconds since 1970. */
export function stampOf(key: u32): i64 {
  const p = required(key);
  if (p == 0) return 0;
  const ns = stampNs(integerAt(p));
  if (ns == 0) refuse(Refusal.BAD_STAMP);
  return ns;
}
