import { z } from "zod";
import type { EventSocket } from "../../platform/http/index.ts";
import type { Actor } from "./actor.ts";
import { isAllowed } from "./role.ts";

export type EventKind = "session" | "plugin" | "audit";
const kinds = ["session", "plugin", "audit"] as const;

/** Snapshots of two seconds at their largest: who is further behind does not read. */
export const BUFFERED_BYTES_MAX = 262_144;

/** Codes with which the host closes a socket; those from 4000 on are an application's own (RFC 6455). */
export const CloseCode = {
  GOING_AWAY: 1001,
  TOO_SLOW: 4001,
  NOT_ALIVE: 4002,
  BAD_MESSAGE: 4003,
  NOT_ALLOWED: 4004,
  TOKEN_ENDED: 4005,
} as const;

const subscription = z.strictObject({ subscribe: z.array(z.enum(kinds)).max(kinds.length) });

/** One who listens to events, and the kinds he asked for. */
export class EventClient {
  readonly actor: Actor;
  isClosed = false;
  /** Whether a pong, or anything else, came since the last ping. */
  isAlive = true;
  private readonly socket: EventSocket;
  private wanted: ReadonlySet<EventKind> = new Set();
  private sequence = 0;

  constructor(socket: EventSocket, actor: Actor) {
    this.socket = socket;
    this.actor = actor;
  }

  wants(kind: EventKind): boolean {
    return !this.isClosed && this.wanted.has(kind);
  }

  /** Takes what the client said: nothing but what it subscribes to. */
  onMessage(text: string): void {
    this.isAlive = true;
    const parsed = subscription.safeParse(jsonOf(text));
    if (!parsed.success) {
      this.close(CloseCode.BAD_MESSAGE, 'say {"subscribe":["session","plugin","audit"]}');
      return;
    }
    const { subscribe } = parsed.data;
    if (subscribe.includes("audit") && !isAllowed(this.actor.role, "READ_AUDIT")) {
      this.close(CloseCode.NOT_ALLOWED, `the role ${this.actor.role} may not read the audit log`);
      return;
    }
    this.wanted = new Set(subscribe);
    this.write({ kind: "subscribed", subscribed: [...this.wanted] });
  }

  /** Sends an event, or drops a client that does not keep up. */
  tell(kind: EventKind, body: unknown): void {
    if (this.wants(kind)) this.write({ kind, body });
  }

  ping(): void {
    this.isAlive = false;
    this.socket.ping();
  }

  close(code: number, reason: string): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.socket.close(code, reason);
  }

  private write(message: Readonly<Record<string, unknown>>): void {
    if (this.socket.bufferedBytes > BUFFERED_BYTES_MAX) {
      this.close(CloseCode.TOO_SLOW, "the client reads too slowly; events were missed");
      return;
    }
    this.sequence += 1;
    this.socket.send(JSON.stringify({ sequence: this.sequence, ...message }));
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
