import assert from "node:assert/strict";
import { test } from "node:test";
import { ChannelKind, Frame, HEADER_BYTES } from "../../../abi/host/index.ts";
import { SeededRandom } from "../../../host/platform/index.ts";
import { BinanceCodec } from "../../support/binance-codec.ts";
import type { Channel } from "../../support/binance-codec.ts";
import { sampleFrames } from "../../support/binance-samples.ts";
import { channelKinds, CoinbaseCodec } from "../../support/coinbase-codec.ts";
import type { CoinbaseLine } from "../../support/coinbase-reference.ts";
import { coinbaseSamples } from "../../support/coinbase-samples.ts";
import type { PlainPlugin } from "../../support/plain-plugin.ts";
import { writeRecord } from "../../support/record-writer.ts";
import { below, pick } from "./code-mutations.ts";

/**
 * The long form: `SANDPIT_FUZZ_RUNS=100000000 SANDPIT_FUZZ_SEED=$RANDOM node tools/run.mjs test/hostile/fuzz/codec-fuzz.test.ts`, which tells
 * after each batch how far it is and what repeats it. A message has the seed SANDPIT_FUZZ_SEED plus its number: SANDPIT_FUZZ_RUNS=1 with
 * that seed makes the one again.
 */
const RUNS = Number(process.env["SANDPIT_FUZZ_RUNS"] ?? 20_000);
const SEED = Number(process.env["SANDPIT_FUZZ_SEED"] ?? 20_261_130);
const BATCH_RUNS = 1_000_000;
/** The reference decoder takes thirty times as long: one message in so many is held to it. */
const CHECKED_EACH = 64;
const EDITS_MAX = 4;
const MS_PER_SECOND = 1_000;
const RECORD_BYTES_MIN = 16;
const REFUSAL_LEAST = -24;

/** One codec, and how its messages are made and judged. */
interface FuzzedCodec {
  readonly name: string;
  readonly plugin: PlainPlugin;
  readonly samples: readonly { readonly kind: number; readonly bytes: Buffer }[];
  /** Throws where the codec and its reference decoder differ. */
  readonly check: (sample: number, bytes: Uint8Array) => void;
}

async function codecs(): Promise<readonly FuzzedCodec[]> {
  // What is held to the reference goes to a codec of its own, which has learned of no order that the reference has not seen.
  const [binance, coinbase] = [await BinanceCodec.load(), await CoinbaseCodec.load()];
  const [binanceFlood, coinbaseFlood] = [await BinanceCodec.load(), await CoinbaseCodec.load()];
  const kinds: Readonly<Record<Channel, number>> = {
    market: ChannelKind.MARKET_STREAM,
    rest: ChannelKind.REST,
    order: ChannelKind.ORDER_SESSION,
    orderRest: ChannelKind.ORDER_REST,
  };
  const bytesOf = (text: string): Buffer => Buffer.from(text);
  const lineOf = <Line>(samples: readonly (readonly [Line, string])[], sample: number): Line =>
    samples[sample]?.[0] ?? assert.fail();
  return [
    {
      name: "binance",
      plugin: binanceFlood.plugin,
      samples: sampleFrames.map(([channel, text]) => ({ kind: kinds[channel], bytes: bytesOf(text) })),
      check: (sample, bytes) => void binance.check(lineOf<Channel>(sampleFrames, sample), bytes),
    },
    {
      name: "coinbase",
      plugin: coinbaseFlood.plugin,
      samples: coinbaseSamples.map(([line, text]) => ({ kind: channelKinds[line], bytes: bytesOf(text) })),
      check: (sample, bytes) => void coinbase.check(lineOf<CoinbaseLine>(coinbaseSamples, sample), bytes),
    },
  ];
}

/** Room for every message, used again and again. */
class Mutant {
  readonly bytes: Buffer = Buffer.alloc(65_536);
  length = 0;

  set(sample: Buffer): void {
    sample.copy(this.bytes);
    this.length = sample.length;
  }

  /** One change: a byte turned, taken out, put in, a stretch doubled or moved from another sample, or the end cut off. */
  edit(random: SeededRandom, other: Buffer): void {
    const { bytes, length } = this;
    const at = below(random, Math.max(1, length));
    const kind = below(random, 6);
    if (kind === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << below(random, 8));
    else if (kind === 1) this.splice(at, 1 + below(random, 8), Buffer.alloc(0));
    else if (kind === 2) this.splice(at, 0, Buffer.of(below(random, 256)));
    else if (kind === 3) this.splice(at, below(random, 4), stretchOf(random, other));
    else if (kind === 4) this.splice(at, 0, stretchOf(random, Buffer.from(bytes.subarray(0, length))));
    else this.length = at;
  }

  private splice(at: number, removed: number, inserted: Buffer): void {
    const end = Math.min(this.length, at + removed);
    const after = at + inserted.length;
    if (after + this.length - end > this.bytes.length) return;
    this.bytes.copyWithin(after, end, this.length);
    inserted.copy(this.bytes, at);
    this.length = after + this.length - end;
  }
}

function stretchOf(random: SeededRandom, bytes: Buffer): Buffer {
  const at = below(random, Math.max(1, bytes.length));
  return bytes.subarray(at, at + 1 + below(random, 40));
}

/** How the messages have fared. */
interface Tally {
  taken: number;
  refused: number;
}

function runCodec(codec: FuzzedCodec): Tally {
  const tally = { taken: 0, refused: 0 };
  const mutant = new Mutant();
  let batchMs = performance.now();
  for (let run = 0; run < RUNS; run++) {
    runMessage(codec, mutant, SEED + run, tally);
    if ((run + 1) % BATCH_RUNS !== 0) continue;
    tellBatch(codec.name, run + 1, performance.now() - batchMs);
    batchMs = performance.now();
  }
  return tally;
}

function runMessage(codec: FuzzedCodec, mutant: Mutant, seed: number, tally: Tally): void {
  const random = new SeededRandom(seed);
  const index = below(random, codec.samples.length);
  const sample = codec.samples[index] ?? assert.fail();
  mutant.set(sample.bytes);
  for (let edits = 1 + below(random, EDITS_MAX); edits > 0; edits--)
    mutant.edit(random, pick(random, codec.samples).bytes);
  const message = mutant.bytes.subarray(0, mutant.length);
  try {
    const code = give(codec.plugin, sample.kind, message);
    if (code < 0) tally.refused += 1;
    else tally.taken += 1;
    assert.ok(code >= REFUSAL_LEAST && (code <= 0 || isWhole(codec.plugin, code)), `code ${code}`);
    if (seed % CHECKED_EACH === 0) codec.check(index, message);
  } catch (cause) {
    const text = message.toString("latin1");
    throw new Error(
      `${codec.name}: the message of SANDPIT_FUZZ_SEED=${seed} got through: ${String(cause)}: ${text}`,
      { cause },
    );
  }
}

const frames = new Map<PlainPlugin, Buffer>();

/** As a host does, without a record being made for it. */
function give(plugin: PlainPlugin, kind: number, message: Uint8Array): number {
  const { inboxOffset } = plugin.map;
  const block = inboxOffset + HEADER_BYTES;
  const head = frames.get(plugin) ?? Buffer.from(writeRecord("Frame", { lengthBytes: 0, channelKind: kind }));
  frames.set(plugin, head);
  plugin.bytes.set(head.subarray(0, HEADER_BYTES + Frame.blockLength), inboxOffset);
  plugin.view.setUint32(block + Frame.lengthBytes, message.length, true);
  plugin.view.setUint8(block + Frame.channelKind, kind);
  plugin.bytes.set(message, block + Frame.blockLength);
  return plugin.handle(Frame.templateId, HEADER_BYTES + Frame.blockLength + message.length);
}

/** Whether what was written begins with a record and ends within the outbox. */
function isWhole({ view, map }: PlainPlugin, written: number): boolean {
  const templateId = view.getUint16(map.outboxOffset + 2, true);
  return written % 8 === 0 && written >= RECORD_BYTES_MIN && written <= map.outboxCapacity && templateId > 0;
}

function tellBatch(name: string, done: number, tookMs: number): void {
  const rate = Math.round((BATCH_RUNS / tookMs) * MS_PER_SECOND).toLocaleString("en-US");
  const seed = SEED + done - BATCH_RUNS;
  process.stderr.write(
    `fuzz: ${name}: ${done.toLocaleString("en-US")} of ${RUNS.toLocaleString("en-US")} messages, ${rate} a second; this batch: SANDPIT_FUZZ_SEED=${seed} SANDPIT_FUZZ_RUNS=${BATCH_RUNS}\n`,
  );
}

test(`[V10] ${RUNS} mutants of either codec's messages are refused with a code, or mean what the reference decoder says`, async (context) => {
  for (const codec of await codecs()) {
    const tally = runCodec(codec);
    context.diagnostic(`${codec.name}: ${JSON.stringify(tally)}, seed ${SEED}`);
    if (RUNS >= 1_000) assert.ok(tally.taken > RUNS / 100 && tally.refused > RUNS / 3);
  }
});
