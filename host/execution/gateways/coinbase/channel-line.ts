import type { CancelTimer } from "../../../platform/index.ts";
import type { SessionPorts } from "../reconnecting-session.ts";
import { ReconnectingSession } from "../reconnecting-session.ts";
import type { MessageKind } from "./subscription.ts";
import { errorText, kindOf } from "./subscription.ts";

export interface ChannelLineListener {
  /** Every message, its kind told. */
  onMessage(kind: MessageKind, bytes: Uint8Array, lengthBytes: number): void;
  onUp(): void;
  onDown(reason: string): void;
  onNotice(level: "info" | "warn" | "error", text: string): void;
}

export interface ChannelLineOptions {
  /** For the log: `market data`. */
  readonly name: string;
  readonly url: string;
  /** The messages that subscribe, or null while they cannot be made. */
  readonly subscriptions: () => readonly Buffer[] | null;
  /** What shows that the venue has taken the subscriptions. */
  readonly isProof: (kind: MessageKind) => boolean;
}

/** The venue closes a connection that has not subscribed after 5 s. */
const SUBSCRIBED_MAX_NS = 4e9;
const SUBSCRIBE_RETRY_NS = 100e6;
/** Heartbeats come each second: without ten of them the channels are dead, whatever else still flows. */
const HEARTBEATS_MAX_NS = 10e9;
const WATCH_EVERY_NS = 2e9;
/** [V19] Subscriptions that are refused again and again are a wrong key or a wrong product, not a bad line. */
const REFUSALS_MAX = 5;

/**
 * One WebSocket with its subscriptions.
 *
 * | state       | opened      | subscribed | proof | error message | overdue | drop asked | closed |
 * |-------------|-------------|------------|-------|---------------|---------|------------|--------|
 * | DOWN        | SUBSCRIBING | -          | -     | -             | -       | -          | -      |
 * | SUBSCRIBING | -           | PROVING    | -     | DOWN, counted | DOWN    | DOWN       | DOWN   |
 * | PROVING     | -           | -          | UP    | DOWN, counted | DOWN    | DOWN       | DOWN   |
 * | UP          | -           | -          | -     | (a notice)    | DOWN    | DOWN       | DOWN   |
 *
 * Overdue are: subscriptions 4 s after the socket opened, for want of a token; their proof as long after them; heartbeats for 10 s. Going down is
 * told once, at once, whatever the socket does, which is closed; what it still brings is not looked at. The next one begins with new
 * snapshots and numbers of its own, which no message that is still under way can confuse. After five refusals in a row it stops.
 */
export class ChannelLine {
  private readonly options: ChannelLineOptions;
  private readonly ports: SessionPorts;
  private readonly listener: ChannelLineListener;
  private readonly session: ReconnectingSession;
  private readonly cells = new Float64Array(1);
  private state: "DOWN" | "SUBSCRIBING" | "PROVING" | "UP" = "DOWN";
  private cancelTimer: CancelTimer | null = null;
  private sinceNs = 0;
  private heartbeatNs = 0;
  private refusals = 0;
  /** Why the socket is being closed, which may tell its end before this side does. */
  private dropReason: string | null = null;
  /** Closed by this side, which was told already. */
  private isGivenUp = false;

  constructor(options: ChannelLineOptions, ports: SessionPorts, listener: ChannelLineListener) {
    this.options = options;
    this.ports = ports;
    this.listener = listener;
    this.session = new ReconnectingSession(options.url, ports, {
      onOpen: () => {
        this.opened();
      },
      onMessage: (bytes, lengthBytes) => {
        this.heard(bytes, lengthBytes);
      },
      onDown: (reason) => {
        if (this.state === "DOWN" && !this.isGivenUp)
          listener.onNotice("warn", `coinbase: ${options.name}: no connection: ${reason}`);
        this.isGivenUp = false;
        this.wentDown(reason);
      },
    });
  }

  start(): void {
    this.session.start();
  }

  get isUp(): boolean {
    return this.state === "UP";
  }

  /** Gives the socket up for a new one with new subscriptions. Whoever asks is told later that the line is down, not from within. */
  drop(reason: string): void {
    if (this.state === "DOWN") return;
    this.dropReason = reason;
    this.session.drop();
    this.after(0, () => {
      this.giveUp(reason);
    });
  }

  stop(): void {
    this.cancelTimer?.();
    this.state = "DOWN";
    this.session.stop();
  }

  private opened(): void {
    this.state = "SUBSCRIBING";
    this.sinceNs = this.now();
    this.subscribe();
  }

  private subscribe(): void {
    const messages = this.options.subscriptions();
    if (messages === null) {
      if (this.now() - this.sinceNs >= SUBSCRIBED_MAX_NS)
        this.overdue("no token to subscribe with after 4 s");
      else this.after(SUBSCRIBE_RETRY_NS, () => this.subscribe());
      return;
    }
    for (const bytes of messages) this.session.send(bytes, 0, bytes.length);
    this.state = "PROVING";
    this.after(SUBSCRIBED_MAX_NS, () => this.overdue("the venue does not answer the subscriptions"));
  }

  private heard(bytes: Uint8Array, lengthBytes: number): void {
    const kind = kindOf(bytes);
    if (kind === "heartbeats") this.heartbeatNs = this.now();
    if (kind === "error") this.refused(errorText(bytes, lengthBytes));
    else if (this.state === "PROVING" && this.options.isProof(kind)) this.proven();
    // What comes before the line is up is about nothing that anybody waits for.
    if (this.state === "UP") this.listener.onMessage(kind, bytes, lengthBytes);
  }

  private proven(): void {
    this.state = "UP";
    this.refusals = 0;
    this.heartbeatNs = this.now();
    this.session.markHealthy();
    this.watch();
    this.listener.onUp();
  }

  private watch(): void {
    this.after(WATCH_EVERY_NS, () => {
      if (this.now() - this.heartbeatNs > HEARTBEATS_MAX_NS) this.overdue("no heartbeat for 10 s");
      else this.watch();
    });
  }

  private overdue(reason: string): void {
    this.listener.onNotice("warn", `coinbase: ${this.options.name}: ${reason}; reconnecting`);
    this.giveUp(reason);
  }

  private giveUp(reason: string): void {
    if (this.state === "DOWN") return;
    this.isGivenUp = true;
    this.wentDown(reason);
    this.session.drop();
  }

  private refused(text: string): void {
    const { name } = this.options;
    if (this.state === "UP") {
      this.listener.onNotice("warn", `coinbase: ${name}: the venue says: ${text}`);
      return;
    }
    this.refusals += 1;
    this.cancelTimer?.();
    if (this.refusals < REFUSALS_MAX) {
      this.listener.onNotice("warn", `coinbase: ${name}: subscription refused: ${text}; trying again`);
      this.giveUp("subscription refused");
      return;
    }
    this.listener.onNotice(
      "error",
      `coinbase: ${name}: subscription refused ${REFUSALS_MAX} times (${text}); stopped. Check the products, the API key and its permissions, then restart`,
    );
    this.session.stop();
    this.wentDown("subscription refused");
  }

  private wentDown(reason: string): void {
    this.cancelTimer?.();
    if (this.state === "DOWN") return;
    this.state = "DOWN";
    this.listener.onDown(this.dropReason ?? reason);
    this.dropReason = null;
  }

  private after(delayNs: number, call: () => void): void {
    this.cancelTimer?.();
    this.cancelTimer = this.ports.timers.after(delayNs, call);
  }

  private now(): number {
    this.ports.clock.stamp(this.cells, 0);
    return this.cells[0] ?? 0;
  }
}
