import type { CancelTimer } from "../../../platform/index.ts";
import type { SessionPorts } from "../reconnecting-session.ts";
import { ReconnectingSession } from "../reconnecting-session.ts";
import { MarketHandover } from "./market-handover.ts";
import { rotationNs } from "./rotation.ts";

export interface LineListener {
  onMessage(bytes: Uint8Array, lengthBytes: number): void;
  onReady(): void;
  onDown(reason: string): void;
  onNotice(level: "info" | "warn" | "error", text: string): void;
}

/** For so long the old connection is listened to at least: what it has on its way comes in that time. */
const OVERLAP_MIN_NS = 2e9;
/** A stream on which nothing happens cannot show that both are in sync. */
const OVERLAP_MAX_NS = 10e9;
/** For so long after the switch the new connection may still bring what the old one brought before. */
const FILTER_NS = 10e9;

/**
 * The market streams of one venue: one connection, and from time to time a second that takes over from it.
 *
 * | state    | current up | current down     | rotate   | next up | next down | in sync, or 10 s | 10 s later |
 * |----------|------------|------------------|----------|---------|-----------|------------------|------------|
 * | SINGLE   | ready      | down             | ROTATING | -       | -         | -                | -          |
 * | ROTATING | -          | down, SINGLE     | -        | OVERLAP | -         | -                | -          |
 * | OVERLAP  | -          | switch, SWITCHED | -        | -       | ROTATING  | switch, SWITCHED | -          |
 * | SWITCHED | -          | down, SINGLE     | ROTATING | -       | -         | -                | SINGLE     |
 *
 * A switch ends the old connection and delivers what only the new one has brought; the lane sees one line that never went down.
 */
export class MarketLine {
  private readonly url: string;
  private readonly ports: SessionPorts;
  private readonly listener: LineListener;
  private current: ReconnectingSession;
  private next: ReconnectingSession | null = null;
  private handover: MarketHandover | null = null;
  private isNextOpen = false;
  private isOverlapLong = false;
  private cancelOverlap: CancelTimer | null = null;
  private cancelFilter: CancelTimer | null = null;
  private cancelRotation: CancelTimer | null = null;

  constructor(url: string, ports: SessionPorts, listener: LineListener) {
    this.url = url;
    this.ports = ports;
    this.listener = listener;
    this.current = this.makeSession();
  }

  start(): void {
    this.current.start();
  }

  /** Drops the line; a new one is made. */
  drop(): void {
    this.current.drop();
  }

  /** Makes a second connection that takes over from the first. While that is under way it does nothing. */
  rotate(reason: string): void {
    if (this.next !== null || !this.current.isOpen) return;
    this.listener.onNotice("info", `binance: market line: ${reason}; a second connection takes over`);
    this.cancelFilter?.();
    this.handover = new MarketHandover();
    this.next = this.makeSession();
    this.next.start();
  }

  stop(): void {
    this.cancelOverlap?.();
    this.cancelFilter?.();
    this.cancelRotation?.();
    this.next?.stop();
    this.current.stop();
  }

  private makeSession(): ReconnectingSession {
    const session: ReconnectingSession = new ReconnectingSession(this.url, this.ports, {
      onOpen: () => this.opened(session),
      onMessage: (bytes, lengthBytes) => this.message(session, bytes, lengthBytes),
      onDown: (reason) => this.lost(session, reason),
    });
    return session;
  }

  private opened(session: ReconnectingSession): void {
    session.markHealthy();
    if (session === this.current) {
      this.planRotation();
      this.listener.onReady();
      return;
    }
    this.isNextOpen = true;
    this.isOverlapLong = false;
    this.cancelOverlap = this.ports.timers.after(OVERLAP_MIN_NS, () => {
      this.isOverlapLong = true;
      this.cancelOverlap = this.ports.timers.after(OVERLAP_MAX_NS - OVERLAP_MIN_NS, () => this.switchOver());
      this.switchWhenInSync();
    });
  }

  private message(session: ReconnectingSession, bytes: Uint8Array, lengthBytes: number): void {
    const { handover } = this;
    if (handover === null) {
      this.listener.onMessage(bytes, lengthBytes);
      return;
    }
    if (this.next === null) {
      if (!handover.isRepeated(bytes, lengthBytes)) this.listener.onMessage(bytes, lengthBytes);
      return;
    }
    if (session === this.current) {
      handover.noteOld(bytes, lengthBytes);
      this.listener.onMessage(bytes, lengthBytes);
    } else if (!handover.holdNew(bytes, lengthBytes)) {
      this.switchOver();
      this.listener.onMessage(bytes, lengthBytes);
      return;
    }
    this.switchWhenInSync();
  }

  private lost(session: ReconnectingSession, reason: string): void {
    if (session === this.next) {
      this.isNextOpen = false;
      this.cancelOverlap?.();
      this.handover?.forgetNew();
      return;
    }
    if (this.isNextOpen) {
      this.switchOver();
      return;
    }
    this.cancelRotation?.();
    this.cancelFilter?.();
    this.next?.stop();
    this.next = null;
    this.handover = null;
    this.listener.onNotice("warn", `binance: market stream lost: ${reason}`);
    this.listener.onDown(reason);
  }

  private switchWhenInSync(): void {
    if (this.isNextOpen && this.isOverlapLong && this.handover?.isInSync === true) this.switchOver();
  }

  private switchOver(): void {
    const { next, handover, current } = this;
    if (next === null || handover === null) return;
    this.cancelOverlap?.();
    this.current = next;
    this.next = null;
    this.isNextOpen = false;
    current.stop();
    this.planRotation();
    this.cancelFilter = this.ports.timers.after(FILTER_NS, () => (this.handover = null));
    this.listener.onNotice("info", "binance: market line: the second connection has taken over");
    for (const bytes of handover.takeRest()) this.listener.onMessage(bytes, bytes.length);
  }

  private planRotation(): void {
    this.cancelRotation?.();
    this.cancelRotation = this.ports.timers.after(rotationNs(this.ports.random), () =>
      this.rotate("it is nearly 24 hours old"),
    );
  }
}
