import type { LaneConfiguration } from "./lane-configuration.ts";

/** An instrument's name among all venues, as BTCUSDT.BINANCE: two venues may use one symbol. */
export function instrumentName(
  { instruments, venues }: Pick<LaneConfiguration, "instruments" | "venues">,
  index: number,
): string {
  const instrument = instruments[index];
  const venue = venues[instrument?.venueIndex ?? -1];
  if (instrument === undefined || venue === undefined)
    throw new RangeError(`no instrument number ${index}; ${instruments.length} are configured`);
  return `${instrument.symbol}.${venue.name.toUpperCase()}`;
}
