import { formatStamp, parseStamp } from "./clock.ts";

const TIMES = /"(event_time|time|start)":"([^"]+)"/g;
const CANDLE_SECONDS = 300n;

/**
 * Recorded events as if they had happened that much later: stamps move by the offset, the start of a candle by whole
 * candles. An offset of 0 leaves every byte alone.
 */
export function rebase(events: string, offsetNs: bigint): string {
  if (offsetNs === 0n) return events;
  return events.replace(TIMES, (whole, name: string, value: string) => {
    if (name === "start") {
      const seconds = BigInt(value) + offsetNs / 1_000_000_000n;
      return `"start":"${seconds - (seconds % CANDLE_SECONDS)}"`;
    }
    const epochNs = parseStamp(value);
    if (epochNs === null) return whole;
    const moved = epochNs + offsetNs;
    return `"${name}":"${formatStamp(moved - (moved % 1_000n))}"`;
  });
}
