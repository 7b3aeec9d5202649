import type { CancelTimer, Clock, Connection, Random, Timers, Wire } from "../../platform/index.ts";
import { BackOff } from "./back-off.ts";

/** What a session needs of the world. */
export interface SessionPorts {
  readonly wire: Wire;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly random: Random;
}

export interface SessionListener {
  /** The socket is open: send what the protocol wants first. */
  onOpen(): void;
  onMessage(bytes: Uint8Array, lengthBytes: number): void;
  /** The socket is gone; another attempt follows by itself. */
  onDown(reason: string): void;
}

/** A venue pings every 20 s; twice that without a sign of life is a dead line, half-open TCP among them. */
const SILENCE_MAX_NS = 40e9;
const WATCH_EVERY_NS = 5e9;
/** A session counts as one that worked when it was up for this long: a venue that accepts and closes at once is backed away from [V2]. */
const UP_LONG_NS = 10e9;

/**
 * One connection that is kept up.
 *
 * | state       | start      | opened     | closed            | due        | stop    |
 * |-------------|------------|------------|-------------------|------------|---------|
 * | IDLE        | CONNECTING | -          | -                 | -          | STOPPED |
 * | CONNECTING  | -          | OPEN       | WAITING           | -          | STOPPED |
 * | OPEN        | -          | -          | WAITING, down     | (watching) | STOPPED |
 * | WAITING     | -          | -          | -                 | CONNECTING | STOPPED |
 * | STOPPED     | -          | -          | -                 | -          | -       |
 */
export class ReconnectingSession {
  private readonly url: string;
  private readonly ports: SessionPorts;
  private readonly listener: SessionListener;
  private readonly backOff: BackOff;
  private readonly cells: Float64Array = new Float64Array(1);
  private state: "IDLE" | "CONNECTING" | "OPEN" | "WAITING" | "STOPPED" = "IDLE";
  private connection: Connection | null = null;
  private cancelTimer: CancelTimer | null = null;
  private heardNs = 0;
  private openedNs = 0;
  private isHealthy = false;
  private attempt = 0;

  constructor(url: string, ports: SessionPorts, listener: SessionListener) {
    this.url = url;
    this.ports = ports;
    this.listener = listener;
    this.backOff = new BackOff(ports.random);
  }

  /** Connects, and from then on keeps connected. */
  start(): void {
    if (this.state !== "IDLE") throw new Error(`session ${this.url}: started twice`);
    this.connect();
  }

  get isOpen(): boolean {
    return this.state === "OPEN";
  }

  /** The protocol on top works: if the line stays up for 10 s, its loss is met with a short wait again. */
  markHealthy(): void {
    this.isHealthy = true;
  }

  /** Sends one text message. False when the line is not open. */
  send(bytes: Uint8Array, offsetBytes: number, lengthBytes: number): boolean {
    return (
      this.state === "OPEN" &&
      this.connection !== null &&
      this.connection.send(bytes, offsetBytes, lengthBytes)
    );
  }

  /** Drops the line; another attempt follows. */
  drop(): void {
    this.connection?.close();
  }

  /** Ends for good. */
  stop(): void {
    this.state = "STOPPED";
    this.cancelTimer?.();
    this.connection?.close();
  }

  private connect(): void {
    this.state = "CONNECTING";
    this.attempt += 1;
    const { attempt } = this;
    const isCurrent = (): boolean => attempt === this.attempt && this.state !== "STOPPED";
    this.connection = this.ports.wire.connect(this.url, {
      onOpen: () => {
        if (isCurrent()) this.opened();
      },
      onMessage: (bytes, lengthBytes) => {
        if (!isCurrent()) return;
        this.heard();
        this.listener.onMessage(bytes, lengthBytes);
      },
      onAlive: () => {
        if (isCurrent()) this.heard();
      },
      onClose: (reason) => {
        if (isCurrent()) this.closed(reason);
      },
    });
  }

  private opened(): void {
    this.state = "OPEN";
    this.heard();
    this.openedNs = this.heardNs;
    this.isHealthy = false;
    this.watch();
    this.listener.onOpen();
  }

  private closed(reason: string): void {
    this.attempt += 1;
    this.connection = null;
    this.cancelTimer?.();
    if (this.state === "OPEN" && this.isHealthy && this.now() - this.openedNs >= UP_LONG_NS)
      this.backOff.reset();
    this.state = "WAITING";
    this.cancelTimer = this.ports.timers.after(this.backOff.next(), () => {
      this.connect();
    });
    this.listener.onDown(reason);
  }

  private heard(): void {
    this.heardNs = this.now();
  }

  private watch(): void {
    this.cancelTimer = this.ports.timers.after(WATCH_EVERY_NS, () => {
      const silenceNs = this.now() - this.heardNs;
      if (silenceNs > SILENCE_MAX_NS) {
        this.connection?.close();
        this.closed(`nothing heard for ${Math.round(silenceNs / 1e9)} s`);
        return;
      }
      if (silenceNs > SILENCE_MAX_NS / 2) this.connection?.ping();
      this.watch();
    });
  }

  private now(): number {
    this.ports.clock.stamp(this.cells, 0);
    return this.cells[0] ?? 0;
  }
}
