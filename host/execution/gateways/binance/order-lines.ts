import type { CancelTimer } from "../../../platform/index.ts";
import type { SessionPorts } from "../reconnecting-session.ts";
import { HeldFrames } from "./held-frames.ts";
import type { LogonSigner } from "./logon.ts";
import type { LineListener } from "./market-line.ts";
import { OrderLine } from "./order-line.ts";
import { rotationNs } from "./rotation.ts";
import type { SessionIds } from "./session-ids.ts";
import { eventMark } from "./stream-mark.ts";

/** Binance answers within 10 s or not at all: so long the old connection is kept for answers to what went over it. */
const LINGER_NS = 12e9;
/** For so long after the switch the new connection may still bring events that the old one brought before. */
const FILTER_NS = 10e9;

export interface OrderLineParts {
  readonly url: string;
  readonly ports: SessionPorts;
  readonly signer: LogonSigner;
  readonly ids: SessionIds;
  /** Milliseconds since 1970 by the venue's clock. */
  readonly venueMs: () => number;
}

/**
 * The order session of one venue: one logged-on connection, and from time to time a second that takes over from it.
 *
 * | state    | current ready | current down   | rotate   | next ready          | next down | 12 s later     |
 * |----------|---------------|----------------|----------|---------------------|-----------|----------------|
 * | SINGLE   | ready         | down           | ROTATING | -                   | -         | -              |
 * | ROTATING | -             | down, SINGLE   | -        | LINGER, sends there | -         | -              |
 * | LINGER   | -             | switch, SINGLE | -        | -                   | ROTATING  | switch, SINGLE |
 *
 * While both are open each event of the account comes twice: the old connection's are delivered, the new one's are held, and from the
 * switch on those are delivered that the old one has not brought [V3]. Answers are delivered from whichever connection they come.
 */
export class OrderLines {
  private readonly parts: OrderLineParts;
  private readonly listener: LineListener;
  private current: OrderLine;
  private next: OrderLine | null = null;
  private isNextReady = false;
  private readonly held = new HeldFrames<string>();
  /** Events that the old connection has brought since the handover began. */
  private readonly delivered = new Set<string>();
  private cancelLinger: CancelTimer | null = null;
  private cancelFilter: CancelTimer | null = null;
  private cancelRotation: CancelTimer | null = null;

  constructor(parts: OrderLineParts, listener: LineListener) {
    this.parts = parts;
    this.listener = listener;
    this.current = this.makeLine();
  }

  start(): void {
    this.current.start();
  }

  get isReady(): boolean {
    return this.isNextReady || this.current.isReady;
  }

  /** Sends one encoded request on the newest connection that is ready; false when none is. */
  send(bytes: Uint8Array, offsetBytes: number, lengthBytes: number): boolean {
    const line = this.isNextReady && this.next !== null ? this.next : this.current;
    return line.send(bytes, offsetBytes, lengthBytes);
  }

  onReply(requestId: number, status: number, errorCode: number): void {
    this.current.onReply(requestId, status, errorCode);
    this.next?.onReply(requestId, status, errorCode);
  }

  drop(): void {
    this.current.drop();
  }

  /** Makes a second connection that takes over from the first. While that is under way it does nothing. */
  rotate(reason: string): void {
    if (this.next !== null || !this.current.isReady) return;
    this.listener.onNotice("info", `binance: order line: ${reason}; a second connection takes over`);
    this.cancelFilter?.();
    this.delivered.clear();
    this.next = this.makeLine();
    this.next.start();
  }

  stop(): void {
    this.cancelLinger?.();
    this.cancelFilter?.();
    this.cancelRotation?.();
    this.next?.stop();
    this.current.stop();
  }

  private makeLine(): OrderLine {
    const line: OrderLine = new OrderLine(this.parts, {
      onMessage: (bytes, lengthBytes) => this.message(line, bytes, lengthBytes),
      onReady: () => this.ready(line),
      onDown: (reason) => this.lost(line, reason),
      onNotice: (level, text) => this.listener.onNotice(level, text),
    });
    return line;
  }

  private message(line: OrderLine, bytes: Uint8Array, lengthBytes: number): void {
    const isMarked = this.next !== null || this.delivered.size > 0;
    const mark = isMarked ? eventMark(bytes, lengthBytes) : null;
    if (mark !== null && this.next === null && this.delivered.has(mark)) return;
    if (mark === null || this.next === null) {
      this.listener.onMessage(bytes, lengthBytes);
      return;
    }
    if (line === this.current) {
      this.delivered.add(mark);
      this.listener.onMessage(bytes, lengthBytes);
    } else if (!this.held.hold(mark, bytes, lengthBytes)) {
      this.switchOver();
      this.listener.onMessage(bytes, lengthBytes);
    }
  }

  private ready(line: OrderLine): void {
    if (line === this.current) {
      this.planRotation();
      this.listener.onReady();
      return;
    }
    this.isNextReady = true;
    this.cancelLinger = this.parts.ports.timers.after(LINGER_NS, () => this.switchOver());
  }

  private lost(line: OrderLine, reason: string): void {
    if (line === this.next) {
      this.isNextReady = false;
      this.cancelLinger?.();
      this.held.take();
      return;
    }
    if (line !== this.current) return;
    if (this.isNextReady) {
      this.switchOver();
      return;
    }
    this.cancelRotation?.();
    this.cancelFilter?.();
    this.delivered.clear();
    this.next?.stop();
    this.next = null;
    this.listener.onNotice("warn", `binance: order session lost: ${reason}`);
    this.listener.onDown(reason);
  }

  private switchOver(): void {
    const { next, current } = this;
    if (next === null) return;
    this.cancelLinger?.();
    this.current = next;
    this.next = null;
    this.isNextReady = false;
    current.stop();
    this.planRotation();
    this.listener.onNotice("info", "binance: order line: the second connection has taken over");
    for (const { mark, bytes } of this.held.take())
      if (mark === null || !this.delivered.has(mark)) this.listener.onMessage(bytes, bytes.length);
    this.cancelFilter = this.parts.ports.timers.after(FILTER_NS, () => this.delivered.clear());
  }

  private planRotation(): void {
    this.cancelRotation?.();
    const { timers, random } = this.parts.ports;
    this.cancelRotation = timers.after(rotationNs(random), () => this.rotate("it is nearly 24 hours old"));
  }
}
