import type { CancelTimer } from "../../../platform/index.ts";
import type { SessionPorts } from "../reconnecting-session.ts";
import { ReconnectingSession } from "../reconnecting-session.ts";
import { logonRequest, subscribeRequest } from "./logon.ts";
import type { LineListener } from "./market-line.ts";
import type { OrderLineParts } from "./order-lines.ts";

/** Binance answers within 10 s or not at all. */
const ANSWER_MAX_NS = 10e9;
/** [V19] A logon that is refused again and again is a wrong key, not a bad line. */
const REFUSALS_MAX = 5;

/**
 * The order session on Binance's WebSocket API.
 *
 * | state       | opened  | signed     | no signature | reply 200   | reply refused | no reply | closed |
 * |-------------|---------|------------|--------------|-------------|---------------|----------|--------|
 * | DOWN        | SIGNING | -          | -            | -           | -             | -        | -      |
 * | SIGNING     | -       | LOGGING_ON | drop         | -           | -             | -        | DOWN   |
 * | LOGGING_ON  | -       | -          | -            | SUBSCRIBING | DOWN, drop    | drop     | DOWN   |
 * | SUBSCRIBING | -       | -          | -            | READY       | DOWN, drop    | drop     | DOWN   |
 * | READY       | -       | -          | -            | -           | -             | -        | DOWN   |
 *
 * After five refusals in a row it stops and says so.
 */
export class OrderLine {
  private readonly session: ReconnectingSession;
  private readonly parts: OrderLineParts;
  private readonly ports: SessionPorts;
  private readonly listener: LineListener;
  private state: "DOWN" | "SIGNING" | "LOGGING_ON" | "SUBSCRIBING" | "READY" = "DOWN";
  private requestId = 0;
  /** Tells a signature for this connection from one that was asked for on the last. */
  private logons = 0;
  private refusals = 0;
  private cancelDeadline: CancelTimer | null = null;

  constructor(parts: OrderLineParts, listener: LineListener) {
    this.parts = parts;
    this.ports = parts.ports;
    this.listener = listener;
    this.session = new ReconnectingSession(parts.url, parts.ports, {
      onOpen: () => {
        this.logOn();
      },
      onMessage: (bytes, lengthBytes) => {
        listener.onMessage(bytes, lengthBytes);
      },
      onDown: (reason) => {
        this.wentDown(reason);
      },
    });
  }

  start(): void {
    this.session.start();
  }

  get isReady(): boolean {
    return this.state === "READY";
  }

  /** Sends one encoded request; false unless logged on and subscribed. */
  send(bytes: Uint8Array, offsetBytes: number, lengthBytes: number): boolean {
    return this.state === "READY" && this.session.send(bytes, offsetBytes, lengthBytes);
  }

  /** The codec's reading of an answer to one of this session's own requests. */
  onReply(requestId: number, status: number, errorCode: number): void {
    if (requestId !== this.requestId || (this.state !== "LOGGING_ON" && this.state !== "SUBSCRIBING")) return;
    this.cancelDeadline?.();
    if (status === 200) this.accepted();
    else this.refused(status, errorCode);
  }

  /** Drops the line so that a new one is made. */
  drop(): void {
    this.session.drop();
  }

  stop(): void {
    // A signature that is still awaited is for nobody.
    this.logons += 1;
    this.cancelDeadline?.();
    this.session.stop();
  }

  private logOn(): void {
    this.state = "SIGNING";
    this.logons += 1;
    const logon = this.logons;
    const isCurrent = (): boolean => this.state === "SIGNING" && logon === this.logons;
    const { signer, venueMs } = this.parts;
    const timestampMs = venueMs();
    signer.logon(
      timestampMs,
      (signature) => {
        if (!isCurrent()) return;
        this.state = "LOGGING_ON";
        this.request((id) => logonRequest(id, signer.apiKey, timestampMs, signature));
      },
      (reason) => {
        if (!isCurrent()) return;
        this.listener.onNotice("error", `binance: not logged on, no signature: ${reason}; trying again`);
        this.session.drop();
      },
    );
  }

  private accepted(): void {
    if (this.state === "LOGGING_ON") {
      this.state = "SUBSCRIBING";
      this.request(subscribeRequest);
      return;
    }
    this.state = "READY";
    this.refusals = 0;
    this.session.markHealthy();
    // The reply came out of a step of the lane, whose effects are being carried out: what this leads to is a step of its own.
    this.cancelDeadline = this.ports.timers.after(0, () => {
      this.listener.onReady();
    });
  }

  private refused(status: number, errorCode: number): void {
    this.refusals += 1;
    this.state = "DOWN";
    if (this.refusals < REFUSALS_MAX) {
      this.listener.onNotice(
        "warn",
        `binance: logon refused with status ${status}, code ${errorCode}; trying again`,
      );
      this.session.drop();
      return;
    }
    this.listener.onNotice(
      "error",
      `binance: logon refused ${REFUSALS_MAX} times (status ${status}, code ${errorCode}); stopped. Check the API key and its permissions, then restart`,
    );
    this.session.stop();
    this.cancelDeadline = this.ports.timers.after(0, () => {
      this.wentDown("logon refused");
    });
  }

  private request(build: (requestId: number) => string): void {
    this.requestId = this.parts.ids.take();
    const bytes = Buffer.from(build(this.requestId), "utf8");
    this.cancelDeadline?.();
    this.cancelDeadline = this.ports.timers.after(ANSWER_MAX_NS, () => {
      this.listener.onNotice("warn", "binance: no answer to a session request for 10 s; reconnecting");
      this.session.drop();
    });
    this.session.send(bytes, 0, bytes.length);
  }

  private wentDown(reason: string): void {
    this.cancelDeadline?.();
    this.state = "DOWN";
    this.listener.onDown(reason);
  }
}
