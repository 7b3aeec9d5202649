const FORM = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})Z$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAYS_TO_1970 = 719_468;
const DAY_MS = 86_400_000;

/**
 * Milliseconds since 1970 of a time written as `2026-11-22T08:30:00Z`, the one form that is accepted; null for any other text and for days
 * and hours that do not exist. Years 1970 to 9999.
 */
export function utcTimeMs(text: string): number | null {
  const parts = FORM.exec(text)?.slice(1).map(Number);
  if (parts === undefined) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const mosts = [9_999, 12, daysIn(year, month), 23, 59, 59];
  const leasts = [1_970, 1, 1, 0, 0, 0];
  const isTime = parts.every((part, index) => part >= (leasts[index] ?? 0) && part <= (mosts[index] ?? 0));
  if (!isTime) return null;
  return (((daysSince1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second) * 1_000;
}

/** Milliseconds since 1970, a whole number of them, as `2026-11-22T08:30:00.250Z`. Years 1970 to 9999. */
export function utcText(timeMs: number): string {
  const whole = Math.floor(timeMs);
  const days = Math.floor(whole / DAY_MS);
  // Days by eras, as below, the other way round.
  const shifted = days + DAYS_TO_1970;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leaps = Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const rest = whole - days * DAY_MS;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const time = `${two(rest / 3_600_000)}:${two((rest / 60_000) % 60)}:${two((rest / 1_000) % 60)}`;
  return `${year}-${two(month)}-${two(day)}T${time}.${String(rest % 1_000).padStart(3, "0")}Z`;
}

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
}

/** Counts days by eras of 400 years that begin in March, so that the leap day is the last of its year. */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - DAYS_TO_1970;
}
