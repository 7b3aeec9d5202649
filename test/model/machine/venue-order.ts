/** What has become of an order at the venue. */
export type Phase = "flying" | "lost" | "refused" | "live" | "canceled" | "expired" | "filled";

export interface VenueTrade {
  readonly id: number;
  readonly lots: number;
  /** With it. */
  readonly filled: number;
  readonly atNs: number;
}

/** What the host asked for, in lots. */
export interface AskedOrder {
  readonly epoch: number;
  readonly sequence: number;
  readonly requestId: number;
  readonly agent: number;
  readonly tag: number;
  readonly instrumentId: number;
  readonly side: number;
  readonly price: number;
  readonly lots: number;
  readonly sentNs: number;
  /** Connection on which it left. */
  readonly session: number;
}

/** An order as it stood at one moment. */
export interface OrderImage {
  readonly atNs: number;
  readonly phase: Phase;
  readonly filled: number;
  readonly trades: number;
}

/** The truth about one order, with what it was before: a cache that lags shows that. */
export class VenueOrder {
  readonly asked: AskedOrder;
  readonly id: string;
  readonly venueOrderId: number;
  readonly trades: VenueTrade[] = [];
  phase: Phase = "flying";
  filled = 0;
  /** It leaves only when a cancel was taken: the second half of a replace. */
  isHeld = false;
  /** When it left. */
  leftNs: number;
  private readonly images: OrderImage[] = [];

  constructor(asked: AskedOrder, venueOrderId: number) {
    this.asked = asked;
    this.id = `${asked.epoch}.${asked.sequence}`;
    this.venueOrderId = venueOrderId;
    this.leftNs = asked.sentNs;
    this.images.push({ atNs: asked.sentNs, phase: "flying", filled: 0, trades: 0 });
  }

  /** Whether it is on its way to the venue. */
  get isFlying(): boolean {
    return this.phase === "flying" && !this.isHeld;
  }

  get isLive(): boolean {
    return this.phase === "live";
  }

  /** Whether the venue has ever had it. */
  get isKnown(): boolean {
    return isKnownPhase(this.phase);
  }

  move(phase: Phase, atNs: number): void {
    this.phase = phase;
    this.images.push({ atNs, phase, filled: this.filled, trades: this.trades.length });
  }

  fill(lots: number, id: number, atNs: number): VenueTrade {
    this.filled += lots;
    const trade = { id, lots, filled: this.filled, atNs };
    this.trades.push(trade);
    this.move(this.filled >= this.asked.lots ? "filled" : this.phase, atNs);
    return trade;
  }

  asOf(atNs: number): OrderImage {
    return this.images.findLast((image) => image.atNs <= atNs) ?? this.images[0] ?? neverMind;
  }
}

const neverMind: OrderImage = { atNs: 0, phase: "flying", filled: 0, trades: 0 };

export function isKnownPhase(phase: Phase): boolean {
  return phase !== "flying" && phase !== "lost" && phase !== "refused";
}
