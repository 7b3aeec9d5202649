import type {
  Connection,
  ConnectionListener,
  RestAnswer,
  RestCall,
  VirtualClock,
} from "../../../host/platform/index.ts";
import { COINBASE_ADDRESSES, CoinbaseWire } from "../../../cli/simulation/coinbase-wire.ts";
import type { CoinbaseVenue } from "../../../sim/coinbase/index.ts";
import type { VenueRecord } from "../judges/venue-record.ts";
import { isNewOrder, readBody } from "../judges/wire-record.ts";
import type { ChaosWirePlace } from "./chaos-wire.ts";
import { ChaosWire } from "./chaos-wire.ts";

/** A message about a book, with its number: the envelope comes first. */
const LEVELS = /^\{"channel":"l2_data","timestamp":"[^"]+","sequence_num":(\d+),/;
/** A numbered message of any channel. */
const NUMBERED = /^\{"channel":"([a-z0-9_]+)","timestamp":"[^"]+","sequence_num":(\d+),/;
const HEAD_BYTES = 200;

/** To a Coinbase: orders go by REST, books come on the market line. */
export class CoinbaseChaosWire extends ChaosWire {
  /** By the number of each message about the book on the newest market line: how far the venue's book was when it was sent. */
  private changes = new Map<number, number>();
  private readonly record: VenueRecord;

  constructor(venue: CoinbaseVenue, record: VenueRecord, place: ChaosWirePlace) {
    super(new NotingWire(venue, place.clock, (payload) => this.noted(payload)), place);
    this.record = record;
  }

  override changesIn(updateId: number): number | null {
    return this.changes.get(updateId) ?? null;
  }

  override connect(url: string, listener: ConnectionListener): Connection {
    if (url.endsWith("/user"))
      return this.inner.connect(
        COINBASE_ADDRESSES.userUrl,
        this.orderListener(this.countingListener(listener), () => false),
      );
    this.changes = new Map();
    return this.inner.connect(COINBASE_ADDRESSES.marketUrl, this.marketListener(listener, isImage));
  }

  override request(
    call: RestCall,
    onAnswer: (answer: RestAnswer) => void,
    onError: (reason: string) => void,
  ): void {
    if (call.method !== "POST") return this.inner.request(call, this.noting(onAnswer), onError);
    const request = readBody(call.url, call.body ?? "", this.here);
    this.sent(request);
    if (!this.swallowsOrder || !isNewOrder(request)) return this.inner.request(call, onAnswer, onError);
    this.swallowsOrder = false;
    // It never comes to the venue: only its connection's end is heard, as soon as something else would have been.
    this.inner.get(`${call.url}/nowhere`, () => onError("the other side closed the connection"), onError);
  }

  /**
   * Notes each number that is not the next. It counts from the answer to the subscription on, as the host does; after the first gap of a connection it has
   * nothing more to say.
   */
  private countingListener(listener: ConnectionListener): ConnectionListener {
    let next: number | null = null;
    let hasGap = false;
    return {
      ...{ onOpen: () => listener.onOpen(), onAlive: () => listener.onAlive() },
      onClose: (reason) => listener.onClose(reason),
      onMessage: (bytes, lengthBytes) => {
        const head = Buffer.from(bytes.subarray(0, Math.min(HEAD_BYTES, lengthBytes))).toString("latin1");
        const [, channel = "", text = ""] = NUMBERED.exec(head) ?? [];
        const isCounted = next !== null || channel === "user" || channel === "subscriptions";
        if (text !== "" && isCounted) {
          const isNext = next === null || Number(text) === next;
          if (!isNext && !hasGap) this.ordersGapNs = this.place.clock.nowNs;
          hasGap ||= !isNext;
          next = Number(text) + 1;
        }
        listener.onMessage(bytes, lengthBytes);
      },
    };
  }

  /** What an answer tells of trades, it tells at the moment at which it arrives. */
  private noting(onAnswer: (answer: RestAnswer) => void): (answer: RestAnswer) => void {
    return (answer) => {
      if (this.record.untold.size > 0) this.record.tell(Buffer.from(answer.bytes).toString("latin1"));
      onAnswer(answer);
    };
  }

  private noted(payload: string | Uint8Array): void {
    if (typeof payload !== "string") return;
    const [, sequence] = LEVELS.exec(payload.slice(0, HEAD_BYTES)) ?? [];
    if (sequence !== undefined) this.changes.set(Number(sequence), this.record.updateId);
  }
}

function isImage(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString("latin1");
  return LEVELS.test(head) && head.includes('"type":"snapshot"');
}

/** Tells of each frame at the moment at which the venue sends it. */
class NotingWire extends CoinbaseWire {
  private readonly onSend: (payload: string | Uint8Array) => void;

  constructor(venue: CoinbaseVenue, clock: VirtualClock, onSend: (payload: string | Uint8Array) => void) {
    super(venue, clock);
    this.onSend = onSend;
  }

  protected override sinkOf(...to: Parameters<CoinbaseWire["sinkOf"]>): ReturnType<CoinbaseWire["sinkOf"]> {
    const sink = super.sinkOf(...to);
    return {
      ...sink,
      frame: (payload, dueNs) => {
        this.onSend(payload);
        sink.frame(payload, dueNs);
      },
    };
  }
}
