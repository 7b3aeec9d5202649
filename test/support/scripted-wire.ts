import type {
  Connection,
  ConnectionListener,
  RestAnswer,
  RestCall,
  Wire,
} from "../../host/platform/index.ts";
import { SeededRandom, VirtualClock, VirtualTimers } from "../../host/platform/index.ts";
import type { SessionPorts } from "../../host/execution/gateways/index.ts";

/** One connection as the other side sees it. */
export class ScriptedConnection implements Connection {
  readonly url: string;
  readonly listener: ConnectionListener;
  readonly sent: string[] = [];
  pings = 0;
  isClosing = false;
  /** False: as when the socket's buffer does not take anything. */
  takes = true;

  constructor(url: string, listener: ConnectionListener) {
    this.url = url;
    this.listener = listener;
  }

  send(bytes: Uint8Array, offsetBytes: number, lengthBytes: number): boolean {
    if (!this.takes || this.isClosing) return false;
    this.sent.push(Buffer.from(bytes.subarray(offsetBytes, offsetBytes + lengthBytes)).toString());
    return true;
  }

  ping(): void {
    this.pings += 1;
  }

  close(): void {
    this.isClosing = true;
  }

  message(text: string): void {
    const bytes = Buffer.from(text);
    this.listener.onMessage(bytes, bytes.length);
  }
}

interface PendingGet {
  readonly url: string;
  readonly answer: (status: number, text: string, retryAfterMs?: number, usedWeight?: number) => void;
  readonly fail: (reason: string) => void;
}

interface PendingCall extends Omit<PendingGet, "url"> {
  readonly call: RestCall;
}

/** A wire on which nothing happens by itself, with a clock and timers that a test moves. */
export class ScriptedWire implements Wire {
  readonly connections: ScriptedConnection[] = [];
  readonly gets: PendingGet[] = [];
  /** Requests that are no plain GET. */
  readonly calls: PendingCall[] = [];
  readonly clock: VirtualClock = new VirtualClock(1_700_000_000_000);
  readonly timers: VirtualTimers = new VirtualTimers(this.clock);
  readonly ports: SessionPorts;

  constructor(seed = 1) {
    this.ports = { wire: this, timers: this.timers, clock: this.clock, random: new SeededRandom(seed) };
  }

  connect(url: string, listener: ConnectionListener): Connection {
    const connection = new ScriptedConnection(url, listener);
    this.connections.push(connection);
    return connection;
  }

  get(url: string, onAnswer: (answer: RestAnswer) => void, onError: (reason: string) => void): void {
    this.gets.push({
      url,
      answer: (status, text, retryAfterMs = 0, usedWeight = 0) => {
        const headers = { "x-mbx-used-weight-1m": String(usedWeight) };
        onAnswer({ status, retryAfterMs, headers, bytes: Buffer.from(text) });
      },
      fail: onError,
    });
  }

  request(call: RestCall, onAnswer: (answer: RestAnswer) => void, onError: (reason: string) => void): void {
    this.calls.push({
      call,
      answer: (status, text, retryAfterMs = 0) => {
        onAnswer({ status, retryAfterMs, bytes: Buffer.from(text) });
      },
      fail: onError,
    });
  }

  /** The connection that was made last. */
  get last(): ScriptedConnection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error("nothing has connected yet");
    return connection;
  }

  /** The connection that was made last to an address that begins so. */
  to(prefix: string): ScriptedConnection {
    const connection = this.connections.findLast(({ url }) => url.startsWith(prefix));
    if (connection === undefined) throw new Error(`nothing has connected to ${prefix}`);
    return connection;
  }

  /** Lets time pass, in nanoseconds. */
  pass(ns: number): void {
    this.timers.advance(this.clock.nowNs + ns);
  }

  /** Lets time pass until another connection is made; how long that took, in nanoseconds. */
  untilConnection(limitNs = 120e9): number {
    const before = this.connections.length;
    const startNs = this.clock.nowNs;
    while (this.connections.length === before) {
      if (this.timers.nextNs - startNs > limitNs) throw new Error("no further connection is tried");
      this.timers.advance(this.timers.nextNs);
    }
    return this.clock.nowNs - startNs;
  }
}
