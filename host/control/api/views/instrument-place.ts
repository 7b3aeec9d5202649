import type { LaneConfiguration } from "../../../lane/index.ts";

/** Which instrument a view speaks of: two venues may use one symbol. */
export interface InstrumentPlace {
  readonly venue: string;
  readonly symbol: string;
}

export function placeOf({ instruments, venues }: LaneConfiguration, index: number): InstrumentPlace {
  const instrument = instruments[index];
  return {
    venue: venues[instrument?.venueIndex ?? -1]?.name ?? "",
    symbol: instrument?.symbol ?? "",
  };
}
