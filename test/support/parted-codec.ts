import type { BookImage } from "../../abi/host/index.ts";
import { buildTestPlugin } from "./puppet-plugins.ts";

export const PARTED_CODEC = "parted-codec";

/**
 * A codec for tests that takes a message in parts cut anywhere. A message is text: `#`, its number, a space, `S` for an image or `U` for an
 * update, and then lines of `b` or `a`, price, space, size. It keeps the unfinished line between two calls, 64 bytes at most. A line of another form
 * refuses the message.
 */
const source = `
import {
  BookDelta, BookImage, Frame, FramePart, HEADER_BYTES, InstrumentDefinition, LineSequence, OrderCommand, Venue,
  emit, registerVenue, reserve,
} from "abi/assembly";

const LEVELS_MAX: u32 = 4096;
const TAIL_MAX: u32 = 64;
const SHAPE: i32 = -5;

let instrumentId: u32 = 0;
let sequence: u64 = 0;
let isImage = false;
let hasHead = false;
let isBegun = false;
let tailBytes: u32 = 0;
const tail = memory.data(64);
const sides = memory.data(4096);
const prices = memory.data(32768);
const sizes = memory.data(32768);
let count: u32 = 0;

function number(from: usize, to: usize): i64 {
  let value: i64 = 0;
  if (from >= to) return -1;
  for (let at = from; at < to; at++) {
    const digit = load<u8>(at) - 48;
    if (digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function spaceIn(from: usize, to: usize): usize {
  for (let at = from; at < to; at++) if (load<u8>(at) == 32) return at;
  return 0;
}

function head(from: usize, to: usize): bool {
  const space = spaceIn(from, to);
  const given = space == 0 ? -1 : number(from + 1, space);
  if (load<u8>(from) != 35 || given < 0 || space + 2 != to) return false;
  sequence = given;
  isImage = load<u8>(space + 1) == 83;
  hasHead = true;
  const record = emit<LineSequence>(LineSequence.TEMPLATE_ID);
  record.sequence = sequence;
  return true;
}

function level(from: usize, to: usize): bool {
  const side = load<u8>(from);
  const space = spaceIn(from, to);
  if ((side != 97 && side != 98) || space == 0 || count == LEVELS_MAX) return false;
  const price = number(from + 1, space);
  const size = number(space + 1, to);
  if (price < 0 || size < 0) return false;
  store<u8>(sides + count, side);
  store<i64>(prices + 8 * <usize>count, price);
  store<i64>(sizes + 8 * <usize>count, size);
  count++;
  return true;
}

function line(from: usize, to: usize): bool {
  return hasHead ? level(from, to) : head(from, to);
}

function group(at: usize, side: u8): usize {
  let out = at + 8;
  for (let index: u32 = 0; index < count; index++) {
    if (load<u8>(sides + index) != side) continue;
    store<i64>(out, load<i64>(prices + 8 * <usize>index));
    store<i64>(out, load<i64>(sizes + 8 * <usize>index), 8);
    out += 16;
  }
  store<u32>(at, 16);
  store<u32>(at, <u32>((out - at - 8) >> 4), 4);
  return out;
}

function writeBook(isLast: bool): void {
  const block = reserve(32 + 16 + 16 * count, BookDelta.TEMPLATE_ID, 32);
  const record = changetype<BookDelta>(block);
  record.firstUpdateId = sequence;
  record.lastUpdateId = sequence;
  record.tsEvent = 0;
  record.instrumentId = instrumentId;
  record.snapshot = !isImage ? BookImage.DELTA
    : isBegun ? (isLast ? BookImage.LAST : BookImage.MIDDLE)
    : isLast ? BookImage.WHOLE : BookImage.FIRST;
  group(group(block + 32, 98), 97);
  isBegun = true;
}

class Parted extends Venue {
  onInstrument(instrument: InstrumentDefinition): void {
    instrumentId = instrument.instrumentId;
  }

  onFrame(frame: Frame, start: usize, lengthBytes: u32): i32 {
    if (frame.channelKind != 1) return 0;
    const isLast = frame.part == FramePart.WHOLE || frame.part == FramePart.LAST;
    if (frame.part == FramePart.WHOLE || frame.part == FramePart.FIRST) {
      hasHead = false;
      isBegun = false;
      tailBytes = 0;
    }
    count = 0;
    const end = start + lengthBytes;
    let from = start;
    for (let at = start; at < end; at++) {
      if (load<u8>(at) != 10) continue;
      if (tailBytes > 0) {
        const rest = <u32>(at - from);
        if (tailBytes + rest > TAIL_MAX) return SHAPE;
        memory.copy(tail + tailBytes, from, rest);
        if (!line(tail, tail + tailBytes + rest)) return SHAPE;
        tailBytes = 0;
      } else if (!line(from, at)) return SHAPE;
      from = at + 1;
    }
    const rest = <u32>(end - from);
    if (tailBytes + rest > TAIL_MAX || (isLast && tailBytes + rest > 0)) return SHAPE;
    memory.copy(tail + tailBytes, from, rest);
    tailBytes += rest;
    if (hasHead && (count > 0 || isLast)) writeBook(isLast);
    return 0;
  }

  onOrder(command: OrderCommand): i32 {
    return SHAPE;
  }
}

registerVenue(new Parted());
`;

const manifest = {
  name: PARTED_CODEC,
  kind: "venue",
  version: "1.0.0",
  abi: 1,
  description: "takes text messages in parts",
  reads: ["Frame", "OrderCommand", "InstrumentDefinition", "AssetDefinition"],
  writes: ["LineSequence", "BookDelta"],
  limits: {
    gasBase: 200_000,
    gasPerByte: 600,
    initGas: 1_000_000,
    callDepth: 32,
    pages: 40,
    outputs: 16,
  },
};

export async function partedCodec(): Promise<Uint8Array> {
  return buildTestPlugin(PARTED_CODEC, manifest, source);
}

export type TextLevel = readonly [side: "a" | "b", price: number, size: number];

/** A message for it. */
export function partedMessage(
  sequence: number,
  kind: typeof BookImage.WHOLE | typeof BookImage.DELTA,
  levels: readonly TextLevel[],
): string {
  const lines = levels.map(([side, price, size]) => `${side}${price} ${size}\n`);
  return `#${sequence} ${kind === 1 ? "S" : "U"}\n${lines.join("")}`;
}
