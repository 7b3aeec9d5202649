import { allocation } from "./allocation.ts";
import { authorLoop } from "./author-loop.ts";
import { book } from "./book.ts";
import { containment } from "./containment.ts";
import { decode } from "./decode.ts";
import { loopback } from "./loopback.ts";
import { metering } from "./metering.ts";
import { orderEncode } from "./order-encode.ts";
import { pipeline } from "./pipeline.ts";
import { pluginCall } from "./plugin-call.ts";
import type { Benchmark } from "./report/index.ts";
import { scale } from "./scale.ts";
import { swap } from "./swap.ts";
import { tickToOrder } from "./tick-to-order.ts";

/** A benchmark, and how node is to be started for it. */
interface Entry {
  readonly run: Benchmark;
  readonly flags: readonly string[];
}

/** As `sandpit start` runs: the optimising compiler from the first call on, without which p99 is 5 to 10 µs worse, and large pages. */
const LIVE = ["--no-wasm-dynamic-tiering", "--use-largepages=silent"];
/** A young generation that a window of measurement does not fill. */
const COUNTING = [...LIVE, "--expose-gc", "--min-semi-space-size=128", "--max-semi-space-size=128"];

/** Every benchmark by name, one question each. */
export const catalogue: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  ["decode", { run: decode, flags: LIVE }],
  ["book", { run: book, flags: LIVE }],
  ["plugin-call", { run: pluginCall, flags: LIVE }],
  ["metering", { run: metering, flags: LIVE }],
  ["order-encode", { run: orderEncode, flags: LIVE }],
  ["pipeline", { run: pipeline, flags: LIVE }],
  ["tick-to-order", { run: tickToOrder, flags: LIVE }],
  ["loopback", { run: loopback, flags: LIVE }],
  ["scale", { run: scale, flags: [...LIVE, "--expose-gc"] }],
  ["swap", { run: swap, flags: LIVE }],
  ["author-loop", { run: authorLoop, flags: [] }],
  ["containment", { run: containment, flags: LIVE }],
  ["allocation", { run: allocation, flags: COUNTING }],
]);
