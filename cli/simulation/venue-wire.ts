import type {
  Connection,
  ConnectionListener,
  RestAnswer,
  RestCall,
  VirtualClock,
  Wire,
} from "../../host/platform/index.ts";
import type { BinanceVenue, ClientSession, VenueSink } from "../../sim/binance/index.ts";
import { Deliveries } from "./delivery-line.ts";
import type { DeliveryLine } from "./delivery-line.ts";

/** The wire of a backtest: the simulated venue in this process, on the virtual clock, with the venue's latencies. */
export class VenueWire implements Wire {
  private readonly venue: BinanceVenue;
  private readonly clock: VirtualClock;
  private readonly deliveries = new Deliveries();
  private readonly answers = this.deliveries.open();

  constructor(venue: BinanceVenue, clock: VirtualClock) {
    this.venue = venue;
    this.clock = clock;
  }

  connect(url: string, listener: ConnectionListener): Connection {
    const { pathname, search } = new URL(url);
    const line = this.deliveries.open();
    let session: ClientSession | null = null;
    const outcome = this.venue.connect(
      `${pathname}${search}`,
      this.sinkOf(line, listener, () => session),
      this.clock.nowNs,
    );
    if (!outcome.ok) {
      line.push(this.clock.nowNs, () => {
        listener.onClose(`refused with status ${outcome.status}`);
      });
      return new RefusedConnection();
    }
    ({ session } = outcome);
    line.push(this.clock.nowNs, () => {
      listener.onOpen();
    });
    return new VenueConnection(this.venue, this.clock, outcome.session, line, listener);
  }

  get(url: string, onAnswer: (answer: RestAnswer) => void): void {
    this.request({ method: "GET", url, headers: {}, body: null }, onAnswer);
  }

  request({ method, url, headers, body }: RestCall, onAnswer: (answer: RestAnswer) => void): void {
    const { pathname, search } = new URL(url);
    const request = {
      method,
      path: pathname,
      query: search.slice(1),
      headers,
      body: body ?? "",
      address: "127.0.0.1",
    };
    this.venue.rest(request, this.clock.nowNs, (response, dueNs) => {
      this.answers.push(dueNs, () => {
        const retryAfter = Number(response.headers["retry-after"] ?? 0);
        onAnswer({
          status: response.status,
          retryAfterMs: retryAfter * 1000,
          headers: response.headers,
          bytes: Buffer.from(response.body, "utf8"),
        });
      });
    });
  }

  private sinkOf(
    line: DeliveryLine,
    listener: ConnectionListener,
    session: () => ClientSession | null,
  ): VenueSink {
    return {
      frame: (payload, dueNs) => {
        const bytes = typeof payload === "string" ? Buffer.from(payload, "utf8") : payload;
        line.push(dueNs, () => {
          listener.onMessage(bytes, bytes.length);
        });
      },
      ping: (payload, dueNs) => {
        line.push(dueNs, () => {
          const to = session();
          if (to !== null) this.venue.receivePong(to, payload, this.clock.nowNs);
          listener.onAlive();
        });
      },
      close: (code, reason, dueNs) => {
        line.push(dueNs, () => {
          listener.onClose(`${reason} (code ${code})`);
        });
      },
    };
  }

  /** When the next delivery is due; Infinity when nothing is on its way. */
  get nextNs(): number {
    return this.deliveries.nextNs;
  }

  /** Hands over everything due up to `untilNs`, in order of time. */
  deliver(untilNs: number): void {
    this.deliveries.deliver(untilNs);
  }
}

class VenueConnection implements Connection {
  private readonly venue: BinanceVenue;
  private readonly clock: VirtualClock;
  private readonly session: ClientSession;
  private readonly line: DeliveryLine;
  private readonly listener: ConnectionListener;
  private isClosed = false;

  constructor(
    venue: BinanceVenue,
    clock: VirtualClock,
    session: ClientSession,
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
    if (this.isClosed || this.session.connection.closed) return false;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + offsetBytes, lengthBytes).toString("utf8");
    this.venue.receive(this.session, text, this.clock.nowNs);
    return true;
  }

  ping(): void {
    const { connection } = this.session;
    // A line that has fallen silent answers nothing: that is how its owner finds out.
    if (connection.closed || connection.halfOpen) return;
    this.venue.receivePing(this.session, this.clock.nowNs);
    this.line.push(this.clock.nowNs, () => {
      this.listener.onAlive();
    });
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.venue.disconnect(this.session);
    this.line.push(this.clock.nowNs, () => {
      this.listener.onClose("closed by this host");
    });
  }
}

class RefusedConnection implements Connection {
  send(): boolean {
    return false;
  }
  ping(): void {
    /* Nobody is there. */
  }
  close(): void {
    /* It never opened. */
  }
}
