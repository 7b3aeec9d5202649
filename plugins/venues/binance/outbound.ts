import { OutboundFrame, nextBlock, reserve } from "abi/assembly";
import { Instrument } from "../definitions/instruments";
import { stampNs } from "./stamp";

/** Where the text of the next request begins. */
export function openRequest(): usize {
  return nextBlock() + offsetof<OutboundFrame>();
}

/** Makes the text from `start` to `end` the frame of a request. */
export function sealRequest(start: usize, end: usize, requestId: u32): void {
  const record = changetype<OutboundFrame>(
    reserve(
      <u32>(end - start + offsetof<OutboundFrame>()),
      OutboundFrame.TEMPLATE_ID,
      offsetof<OutboundFrame>(),
    ),
  );
  record.lengthBytes = <u32>(end - start);
  record.requestId = requestId;
}

/** Whether a time can stand in a request: milliseconds, of a plausible year. */
export function isWholeMs(timestampMs: i64): bool {
  const stamp = stampNs(timestampMs);
  return stamp != 0 && stamp == timestampMs * 1_000_000;
}

/** Writes the symbol and returns the place after it. Up to 24 bytes from `p` are written. */
export function writeSymbol(p: usize, instrument: Instrument): usize {
  store<u64>(p, instrument.word0);
  store<u64>(p, instrument.word1, 8);
  store<u64>(p, instrument.word2, 16);
  return p + instrument.symbolLength;
}
