const MS_PER_DAY = 86_400_000;
const DAYS_TO_1970 = 719_468;
const DAYS_PER_ERA = 146_097;

/**
 * A time in milliseconds since 1970, to the year 9999, as the venue reads it: `2026-08-09T21:05:48.506Z`. Fractions of a millisecond are
 * cut. Days are counted in eras of 400 years that begin in March, so that the leap day is the last of its year.
 */
export function utcText(ms: number): string {
  const days = Math.floor(ms / MS_PER_DAY) + DAYS_TO_1970;
  const era = Math.floor(days / DAYS_PER_ERA);
  const dayOfEra = days - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}T${timeText(Math.floor(ms) % MS_PER_DAY)}Z`;
}

/** The time of day of milliseconds since midnight. */
function timeText(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const [hour, minute] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return `${padded(hour, 2)}:${padded(minute, 2)}:${padded(seconds % 60, 2)}.${padded(ms % 1_000, 3)}`;
}

function padded(value: number, length: number): string {
  return String(value).padStart(length, "0");
}
