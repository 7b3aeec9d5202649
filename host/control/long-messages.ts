import { FramePart } from "../../abi/host/index.ts";
import { Channel, channelOf, LINES_MAX, venueOf } from "../execution/gateways/index.ts";
import type { CancelTimer, Timers } from "../platform/index.ts";

/** What may wait on one line: three of the longest messages of any venue so far, 5 MB each. */
const WAITING_BYTES_MAX = 16_777_216;

interface WaitingMessage {
  readonly instrumentIndex: number;
  readonly bytes: Uint8Array;
  givenBytes: number;
}

/** Messages of one line, oldest first. */
interface LineQueue {
  readonly messages: WaitingMessage[];
  waitingBytes: number;
  cancelTimer: CancelTimer | null;
  /** Set when the line has lost messages: what comes is worth nothing until the line has gone down. */
  isLost: boolean;
}

export interface LongMessageParts {
  readonly timers: Timers;
  /** By venue index: longer messages about the market are cut; 0: none is. */
  readonly partBytes: readonly number[];
  /** Gives a message, or a part of one, to the lane. */
  readonly give: (
    line: number,
    instrumentIndex: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    part: FramePart,
  ) => void;
  /** Too much waits on a line: what was there is dropped, and the line has to be made anew. */
  readonly onOverflow: (line: number) => void;
}

/**
 * Messages too long for the trading thread to take in one go. Each is cut into parts, and between two of them the event loop runs, so that
 * other lines and timers are heard; what comes on the same line in between waits behind it, so that a line's order is kept.
 *
 * ```
 *  line A   │ part │        │ part │        │ part, and the short message that waited │
 *  line B          │ frame │        │ frame │                                            │ frame
 *  time ──▶
 * ```
 */
export class LongMessages {
  private readonly parts: LongMessageParts;
  private readonly queues: readonly LineQueue[];

  constructor(parts: LongMessageParts) {
    this.parts = parts;
    this.queues = Array.from({ length: LINES_MAX }, () => ({
      messages: [],
      waitingBytes: 0,
      cancelTimer: null,
      isLost: false,
    }));
  }

  /** Takes a message that is too long, or comes behind one. False: it is the caller's to give. */
  take(line: number, instrumentIndex: number, bytes: Uint8Array, lengthBytes: number): boolean {
    const queue = this.queueOf(line);
    if (queue.isLost) return true;
    const partBytes = this.partBytesOf(line);
    if (queue.messages.length === 0 && (partBytes === 0 || lengthBytes <= partBytes)) return false;
    if (queue.waitingBytes + lengthBytes > WAITING_BYTES_MAX) {
      this.overflow(line, queue);
      return true;
    }
    queue.messages.push({
      instrumentIndex,
      bytes: new Uint8Array(bytes.subarray(0, lengthBytes)),
      givenBytes: 0,
    });
    queue.waitingBytes += lengthBytes;
    if (queue.messages.length === 1) this.givePart(line, queue);
    return true;
  }

  /** The line came up or was lost: market data that waited is worth nothing any more. */
  endLine(line: number): void {
    const queue = this.queueOf(line);
    this.clear(queue);
    queue.isLost = false;
  }

  stop(): void {
    for (const queue of this.queues) this.clear(queue);
  }

  private overflow(line: number, queue: LineQueue): void {
    this.clear(queue);
    queue.isLost = channelOf(line) === Channel.MARKET;
    this.parts.onOverflow(line);
  }

  /** Gives as much as one part has room for, and comes again. */
  private givePart(line: number, queue: LineQueue): void {
    const partBytes = this.partBytesOf(line);
    for (let given = 0; given < partBytes && queue.messages.length > 0;) given += this.giveNext(line, queue);
    if (queue.messages.length === 0) return;
    queue.cancelTimer = this.parts.timers.after(0, () => {
      this.givePart(line, queue);
    });
  }

  /** Gives the oldest message, or its next part; how many bytes that were, at least 1. */
  private giveNext(line: number, queue: LineQueue): number {
    const [message] = queue.messages;
    if (message === undefined) return 1;
    const offset = message.givenBytes;
    const rest = message.bytes.length - offset;
    const length = Math.min(rest, this.partBytesOf(line));
    message.givenBytes += length;
    queue.waitingBytes -= length;
    if (length === rest) queue.messages.shift();
    const part = partOf(offset === 0, length === rest);
    this.parts.give(line, message.instrumentIndex, message.bytes, offset, length, part);
    return Math.max(1, length);
  }

  private clear(queue: LineQueue): void {
    queue.cancelTimer?.();
    queue.cancelTimer = null;
    queue.messages.length = 0;
    queue.waitingBytes = 0;
  }

  private queueOf(line: number): LineQueue {
    const queue = this.queues[line];
    if (queue === undefined)
      throw new RangeError(`there is no line ${line}; lines are 0 to ${LINES_MAX - 1}`);
    return queue;
  }

  /** Market data alone comes in parts: what is said of orders is taken whole or not at all, and asked for in pages that fit the codec's inbox. */
  private partBytesOf(line: number): number {
    const channel = channelOf(line);
    const isMarket = channel === Channel.MARKET || channel === Channel.REST;
    return isMarket ? (this.parts.partBytes[venueOf(line)] ?? 0) : 0;
  }
}

function partOf(isFirst: boolean, isLast: boolean): FramePart {
  if (isFirst) return isLast ? FramePart.WHOLE : FramePart.FIRST;
  return isLast ? FramePart.LAST : FramePart.MIDDLE;
}
