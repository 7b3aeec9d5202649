const NS_PER_MS = 1_000_000n;
const MS_PER_DAY = 86_400_000;

/** The venue's calendar: session nanoseconds to the stamps that the protocol writes. */
export class VenueClock {
  /** Fault: by how much the clock that judges tokens is ahead of all others. */
  skewMs = 0;
  readonly #startEpochNs: bigint;
  readonly #wallMs: (() => number) | null;

  /**
   * Epoch nanoseconds of session time 0, and the clock that judges tokens where session time does not keep step with that of
   * clients. Throws a RangeError where session time 0 is no date after 1970.
   */
  constructor(startEpochNs: bigint, wallMs: (() => number) | null = null) {
    if (startEpochNs <= 0n) throw new RangeError(`startEpochNs ${startEpochNs} is no time after 1970.`);
    this.#startEpochNs = startEpochNs;
    this.#wallMs = wallMs;
  }

  epochNs(timeNs: number): bigint {
    return this.#startEpochNs + BigInt(Math.floor(timeNs));
  }

  /** Epoch milliseconds, cut. */
  ms(timeNs: number): number {
    return Number(this.epochNs(timeNs) / NS_PER_MS);
  }

  /** Epoch milliseconds by which tokens are judged. */
  authMs(timeNs: number): number {
    return (this.#wallMs?.() ?? this.ms(timeNs)) + this.skewMs;
  }

  /** `2026-08-09T21:05:48.506659391Z`; the envelope's stamp. */
  nanos(timeNs: number): string {
    return formatStamp(this.epochNs(timeNs));
  }

  /** `2026-08-09T21:05:48.264069Z`; the stamp of trades, levels and orders. */
  micros(timeNs: number): string {
    const epochNs = this.epochNs(timeNs);
    return formatStamp(epochNs - (epochNs % 1_000n));
  }

  /** `2026-08-09 21:05:48.854840045 +0000 UTC m=+41691.260485341`: how Go prints a time with its monotonic part. */
  goTime(timeNs: number, uptimeNs: number): string {
    const epochNs = this.epochNs(timeNs);
    const [day, time] = formatStamp(epochNs).slice(0, -1).split("T");
    const seconds = Math.floor(uptimeNs / 1e9);
    const rest = String(Math.floor(uptimeNs % 1e9)).padStart(9, "0");
    return `${day} ${time} +0000 UTC m=+${seconds}.${rest}`;
  }
}

/** RFC 3339 as Go's RFC3339Nano writes it: zeros at the end of the fraction are left out. */
export function formatStamp(epochNs: bigint): string {
  const epochMs = Number(epochNs / NS_PER_MS);
  const days = Math.floor(epochMs / MS_PER_DAY);
  const secondOfDay = Math.floor((epochMs - days * MS_PER_DAY) / 1_000);
  const { year, month, day } = civil(days);
  const clock = [Math.floor(secondOfDay / 3_600), Math.floor(secondOfDay / 60) % 60, secondOfDay % 60];
  const nanos = String(epochNs % 1_000_000_000n)
    .padStart(9, "0")
    .replace(/0+$/, "");
  return (
    `${year}-${twoDigits(month)}-${twoDigits(day)}T${clock.map(twoDigits).join(":")}` +
    `${nanos === "" ? "" : `.${nanos}`}Z`
  );
}

const STAMP = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z$/;

/** Epoch nanoseconds of an RFC 3339 stamp in UTC, or null when it is none. */
export function parseStamp(text: string): bigint | null {
  const match = STAMP.exec(text);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const days = daysOf(year, month, day);
  const date = civil(days);
  // A day that the month does not have comes back as another one.
  const isDate = date.month === month && date.day === day;
  if (!isDate || hour > 23 || minute > 59 || second > 59) return null;
  const seconds = days * 86_400 + hour * 3_600 + minute * 60 + second;
  return BigInt(seconds) * 1_000_000_000n + BigInt((match[7] ?? "").padEnd(9, "0"));
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The Gregorian date of a day counted from 1970-01-01, by Hinnant's algorithm: years that begin in March, eras of 400. */
function civil(daysSinceEpoch: number): CivilDate {
  const shifted = daysSinceEpoch + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** The inverse of civil. */
function daysOf(civilYear: number, month: number, day: number): number {
  const year = month <= 2 ? civilYear - 1 : civilYear;
  const era = Math.floor(year / 400);
  const yearOfEra = year - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
