import type {
  Connection,
  ConnectionListener,
  RestAnswer,
  RestCall,
  VirtualClock,
  Wire,
} from "../../host/platform/index.ts";
import type {
  ClientSession,
  CoinbaseSink,
  CoinbaseVenue,
  Endpoint,
  HttpAnswer,
} from "../../sim/coinbase/index.ts";
import { Deliveries } from "./delivery-line.ts";
import type { DeliveryLine } from "./delivery-line.ts";

/** Any addresses do, if the hosts differ: the wire leads to the venue in this process. */
export const COINBASE_ADDRESSES: {
  readonly marketUrl: string;
  readonly userUrl: string;
  readonly restUrl: string;
} = {
  marketUrl: "wss://advanced-trade-ws.coinbase.com",
  userUrl: "wss://advanced-trade-ws-user.coinbase.com",
  restUrl: "https://api.coinbase.com",
};
const ADDRESS = "127.0.0.1";
const MS_PER_SECOND = 1_000;

/** The wire of a backtest at Coinbase: the simulated venue in this process, on the virtual clock, with the venue's latencies. */
export class CoinbaseWire implements Wire {
  private readonly venue: CoinbaseVenue;
  private readonly clock: VirtualClock;
  private readonly deliveries = new Deliveries();
  private readonly answers = this.deliveries.open();

  constructor(venue: CoinbaseVenue, clock: VirtualClock) {
    this.venue = venue;
    this.clock = clock;
  }

  connect(url: string, listener: ConnectionListener): Connection {
    const endpoint: Endpoint = url.startsWith(COINBASE_ADDRESSES.userUrl) ? "user" : "marketData";
    const line = this.deliveries.open();
    const outcome = this.venue.connect(endpoint, this.sinkOf(line, listener), this.clock.nowNs);
    if (!outcome.ok) {
      line.push(this.clock.nowNs, () => {
        listener.onClose(`refused with status ${outcome.status}`);
      });
      return new CoinbaseConnection(this.venue, this.clock, null, line, listener);
    }
    line.push(this.clock.nowNs, () => {
      listener.onOpen();
    });
    return new CoinbaseConnection(this.venue, this.clock, outcome.session, line, listener);
  }

  get(url: string, onAnswer: (answer: RestAnswer) => void, onError: (reason: string) => void): void {
    this.request({ method: "GET", url, headers: {}, body: null }, onAnswer, onError);
  }

  request(
    { method, url, headers, body }: RestCall,
    onAnswer: (answer: RestAnswer) => void,
    onError: (reason: string) => void,
  ): void {
    const { pathname, search, host } = new URL(url);
    const call = {
      ...{ method, path: pathname, query: search.slice(1), address: ADDRESS },
      headers: { ...headers, host },
      body: body ?? "",
    };
    this.venue.rest(call, this.clock.nowNs, (answer, dueNs) => {
      this.answers.insert(dueNs, () => {
        if (answer === null || answer.cutAtByte !== null) onError("the other side closed the connection");
        else onAnswer(restAnswer(answer));
      });
    });
  }

  /** When the next delivery is due; Infinity when nothing is on its way. */
  get nextNs(): number {
    return this.deliveries.nextNs;
  }

  /** Hands over everything due up to `untilNs`, in order of time. */
  deliver(untilNs: number): void {
    this.deliveries.deliver(untilNs);
  }

  /** Where the venue's frames to a listener go. */
  protected sinkOf(line: DeliveryLine, listener: ConnectionListener): CoinbaseSink {
    return {
      frame: (payload, dueNs) => {
        const bytes = typeof payload === "string" ? Buffer.from(payload, "utf8") : payload;
        line.push(dueNs, () => {
          listener.onMessage(bytes, bytes.length);
        });
      },
      ping: (_payload, dueNs) => {
        line.push(dueNs, () => {
          listener.onAlive();
        });
      },
      close: (code, reason, dueNs) => {
        line.push(dueNs, () => {
          listener.onClose(`${reason} (code ${code})`);
        });
      },
      // Half a frame reaches nobody: a socket gives whole messages alone.
      tear: (_payload, _bytes, dueNs) => {
        line.push(dueNs, () => {
          listener.onClose("broken off (code 1006)");
        });
      },
    };
  }
}

function restAnswer({ status, headers, body }: HttpAnswer): RestAnswer {
  const retryAfterMs = Number(headers["retry-after"] ?? 0) * MS_PER_SECOND;
  return { status, retryAfterMs, headers, bytes: Buffer.from(body, "utf8") };
}

/** The client's end; without a session one that was refused and never opened. */
class CoinbaseConnection implements Connection {
  private readonly venue: CoinbaseVenue;
  private readonly clock: VirtualClock;
  private readonly session: ClientSession | null;
  private readonly line: DeliveryLine;
  private readonly listener: ConnectionListener;
  private isClosed = false;

  constructor(
    venue: CoinbaseVenue,
    clock: VirtualClock,
    session: ClientSession | null,
    line: DeliveryLine,
    listener: ConnectionListener,
  ) {
    this.venue = venue;
    this.clock = clock;
    this.session = session;
    this.line = line;
    this.listener = listener;
  }

  send(bytes: Uint8Array, offsetBytes: number, lengthBytes: number): boolean {
    if (this.isClosed || this.session === null || this.session.connection.closed) return false;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + offsetBytes, lengthBytes).toString("utf8");
    this.venue.receive(this.session, text, this.clock.nowNs);
    return true;
  }

  /** The socket's server answers pings by itself; one that is half open answers nothing. */
  ping(): void {
    if (this.isClosed || this.session === null || this.session.connection.halfOpen) return;
    this.line.push(this.clock.nowNs, () => {
      this.listener.onAlive();
    });
  }

  close(): void {
    if (this.isClosed || this.session === null) return;
    this.isClosed = true;
    this.venue.disconnect(this.session);
    this.line.push(this.clock.nowNs, () => {
      this.listener.onClose("closed by this host");
    });
  }
}
