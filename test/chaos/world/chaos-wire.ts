import type {
  Connection,
  ConnectionListener,
  RestAnswer,
  RestCall,
  VirtualClock,
  Wire,
} from "../../../host/platform/index.ts";
import type { SentRequest } from "../judges/wire-record.ts";

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

/** A wire in this process, whose deliveries the world hands over. */
export interface DeliveringWire extends Wire {
  readonly nextNs: number;
  deliver(untilNs: number): void;
}

/** One host's wire to one venue, which notes what is sent and can be made worse than the venue makes it. */
export abstract class ChaosWire implements Wire {
  readonly market: MarketFacts = { openCount: 0, openedNs: -1, frameNs: -1, snapshotNs: -1 };
  /** World time of the last loss of the order line; -1 before the first. */
  ordersLostNs = -1;
  /** World time at which the host was last handed an account's message whose number is not the next on its connection; -1 before the first. */
  ordersGapNs = -1;
  /** Answers to orders and cancels vanish; the account's events come. */
  losesAnswers = false;
  /** The next message of the line arrives as half of itself. */
  readonly garbles: { market: boolean; orders: boolean } = { market: false, orders: false };
  /** The next request of an order is taken and lost, with its connection. */
  swallowsOrder = false;
  protected readonly place: ChaosWirePlace;
  protected readonly inner: DeliveringWire;

  constructor(inner: DeliveringWire, place: ChaosWirePlace) {
    this.inner = inner;
    this.place = place;
  }

  /** Number of the venue's changes of its book that an update of the host's book holds; null where there was no such update. */
  abstract changesIn(updateId: number): number | null;
  abstract connect(url: string, listener: ConnectionListener): Connection;
  abstract request(
    call: RestCall,
    onAnswer: (answer: RestAnswer) => void,
    onError: (reason: string) => void,
  ): void;

  get(url: string, onAnswer: (answer: RestAnswer) => void, onError: (reason: string) => void): void {
    this.request({ method: "GET", url, headers: {}, body: null }, onAnswer, onError);
  }

  get nextNs(): number {
    return this.inner.nextNs;
  }

  deliver(untilNs: number): void {
    this.inner.deliver(untilNs);
  }

  /** Ends what lasts. */
  heal(): void {
    this.losesAnswers = false;
    this.swallowsOrder = false;
    this.garbles.market = false;
    this.garbles.orders = false;
  }

  protected sent(request: SentRequest): void {
    this.place.onSent(request, this);
  }

  /** Where and when something is sent now. */
  protected get here(): Pick<SentRequest, "atNs" | "venueIndex" | "life"> {
    const { venueIndex, life, clock } = this.place;
    return { venueIndex, life, atNs: clock.nowNs };
  }

  /** `isImage` tells a whole book from other frames; where books are not sent on the line, no frame is one. */
  protected marketListener(
    listener: ConnectionListener,
    isImage: (bytes: Uint8Array) => boolean,
  ): ConnectionListener {
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
        if (isImage(bytes)) market.snapshotNs = clock.nowNs;
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

  /** `isHidden` tells the frames that do not arrive. */
  protected orderListener(
    listener: ConnectionListener,
    isHidden: (bytes: Uint8Array, lengthBytes: number) => boolean,
  ): ConnectionListener {
    return {
      onOpen: () => listener.onOpen(),
      onMessage: (bytes, lengthBytes) => {
        if (isHidden(bytes, lengthBytes)) return;
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
}
