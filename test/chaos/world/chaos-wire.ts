import type {
  Connection,
  ConnectionListener,
  RestAnswer,
  RestCall,
  VirtualClock,
} from "../../../host/platform/index.ts";
import { VenueWire } from "../../../cli/simulation/venue-wire.ts";
import type { BinanceVenue } from "../../../sim/binance/index.ts";
import { isNewOrder, readRequest, readRestOrder, requestIdOf } from "../judges/wire-record.ts";
import type { SentRequest } from "../judges/wire-record.ts";

/** Nothing is there: the venue answers 404. */
const REFUSED_URL = "ws://venue/refused";

export interface ChaosWirePlace {
  readonly venueIndex: number;
  readonly life: number;
  readonly clock: VirtualClock;
  /** Told of every request of an order before the venue has it. */
  readonly onSent: (request: SentRequest, wire: ChaosWire) => void;
}

/** What has come over the wire last, in the world's time; -1 where nothing has. */
export interface MarketFacts {
  /** Connections that are open: a host may have two while it changes over. */
  openCount: number;
  /** When the first of them came up. */
  openedNs: number;
  frameNs: number;
  snapshotNs: number;
}

/** One host's wire to one venue, which notes what is sent and can be made worse than the venue makes it. */
export class ChaosWire extends VenueWire {
  readonly market: MarketFacts = { openCount: 0, openedNs: -1, frameNs: -1, snapshotNs: -1 };
  /** Session time of the last loss of the order line; -1 before the first. */
  ordersLostNs = -1;
  /** No connection comes about. */
  refusesConnections = false;
  /** Answers to orders and cancels vanish; the account's events come. */
  losesAnswers = false;
  /** The next message of the line arrives as half of itself. */
  readonly garbles: { market: boolean; orders: boolean } = { market: false, orders: false };
  /** The next request of an order is taken and lost, with its connection. */
  swallowsOrder = false;
  private readonly place: ChaosWirePlace;
  private readonly asked = new Set<string>();

  constructor(venue: BinanceVenue, place: ChaosWirePlace) {
    super(venue, place.clock);
    this.place = place;
  }

  override connect(url: string, listener: ConnectionListener): Connection {
    if (this.refusesConnections) return super.connect(REFUSED_URL, listener);
    const isMarket = url.includes("/stream");
    const connection = super.connect(
      url,
      isMarket ? this.marketListener(listener) : this.orderListener(listener),
    );
    return isMarket ? connection : this.watched(connection);
  }

  override request(call: RestCall, onAnswer: (answer: RestAnswer) => void): void {
    const { nowNs } = this.place.clock;
    if (call.method === "POST")
      this.place.onSent(readRestOrder(call.url, { ...this.place, atNs: nowNs }), this);
    super.request(call, (answer) => {
      if (answer.status === 200 && call.url.includes("/depth?"))
        this.market.snapshotNs = this.place.clock.nowNs;
      onAnswer(answer);
    });
  }

  private marketListener(listener: ConnectionListener): ConnectionListener {
    const { market } = this;
    const { clock } = this.place;
    let isOpen = false;
    return {
      onOpen: () => {
        if (market.openCount === 0) market.openedNs = clock.nowNs;
        market.openCount += 1;
        isOpen = true;
        listener.onOpen();
      },
      onMessage: (bytes, lengthBytes) => {
        market.frameNs = clock.nowNs;
        listener.onMessage(bytes, this.garbled("market", lengthBytes));
      },
      onAlive: () => listener.onAlive(),
      onClose: (reason) => {
        if (isOpen) market.openCount -= 1;
        isOpen = false;
        listener.onClose(reason);
      },
    };
  }

  private orderListener(listener: ConnectionListener): ConnectionListener {
    return {
      onOpen: () => listener.onOpen(),
      onMessage: (bytes, lengthBytes) => {
        if (this.losesAnswers && this.isAnswer(bytes, lengthBytes)) return;
        listener.onMessage(bytes, this.garbled("orders", lengthBytes));
      },
      onAlive: () => listener.onAlive(),
      onClose: (reason) => {
        this.ordersLostNs = this.place.clock.nowNs;
        listener.onClose(reason);
      },
    };
  }

  private garbled(line: "market" | "orders", lengthBytes: number): number {
    if (!this.garbles[line]) return lengthBytes;
    this.garbles[line] = false;
    return lengthBytes >> 1;
  }

  private isAnswer(bytes: Uint8Array, lengthBytes: number): boolean {
    return this.asked.delete(requestIdOf(Buffer.from(bytes.subarray(0, lengthBytes)).toString("utf8")));
  }

  private watched(connection: Connection): Connection {
    return {
      send: (bytes, offsetBytes, lengthBytes) => {
        const text = Buffer.from(bytes.buffer, bytes.byteOffset + offsetBytes, lengthBytes).toString("utf8");
        const request = readRequest(text, { ...this.place, atNs: this.place.clock.nowNs });
        if (!request.method.startsWith("order")) return connection.send(bytes, offsetBytes, lengthBytes);
        this.place.onSent(request, this);
        this.asked.add(requestIdOf(text));
        if (this.swallowsOrder && isNewOrder(request)) {
          this.swallowsOrder = false;
          connection.close();
          return true;
        }
        return connection.send(bytes, offsetBytes, lengthBytes);
      },
      ping: () => connection.ping(),
      close: () => connection.close(),
    };
  }
}
