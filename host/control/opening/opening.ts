/**
 * What earlier sessions left to the next: by names, since numbers of agents, instruments and assets are of one session alone. Integers are
 * texts where they may pass 2^53.
 */
export interface Opening {
  readonly version: 1;
  /** Boot epoch of the last session that is in it; 0 where there was none. */
  readonly epoch: number;
  /** Sequence number of the journal's last record that is in it. */
  readonly sequence: number;
  readonly positions: readonly OpeningPosition[];
  readonly fees: readonly OpeningFee[];
  readonly orders: readonly OpeningOrder[];
  /** The last fills of each instrument, oldest first, whose trades a venue may still undo; absent in what older hosts wrote. */
  readonly fills?: readonly OpeningFill[];
  /** What holders had before those fills. */
  readonly bases?: readonly OpeningPosition[];
  /** Reports that undid or corrected a trade, the last ones: each is applied once. */
  readonly amendments?: readonly OpeningAmendment[];
}

/** Who holds a position: an agent by its slot's name, the host itself, whoever else trades on the account, or all together. */
export type Holder = `agent:${string}` | "host" | "external" | "account";

export interface OpeningInstrument {
  readonly venue: string;
  readonly symbol: string;
}

export interface OpeningPosition extends OpeningInstrument {
  readonly holder: Holder;
  readonly priceExponent: number;
  readonly sizeExponent: number;
  readonly quoteExponent: number;
  /** Size mantissas; negative: short. */
  readonly quantity: string;
  /** Hundred-millionths of a quote mantissa. */
  readonly cost: string;
  readonly realized: string;
  readonly cash: string;
}

export interface OpeningFee {
  readonly holder: Holder;
  readonly venue: string;
  readonly asset: string;
  readonly exponent: number;
  /** Mantissas. */
  readonly amount: string;
}

/** A fill that may still be undone. */
export interface OpeningFill extends OpeningInstrument {
  readonly holder: Holder;
  /** Client order id. */
  readonly epoch: number;
  readonly sequence: number;
  readonly tradeId: string;
  readonly side: "BUY" | "SELL";
  /** Mantissas. */
  readonly price: string;
  readonly quantity: string;
  readonly commission: string;
  /** Of the commission; null where there was none. */
  readonly asset: { readonly code: string; readonly exponent: number } | null;
}

export interface OpeningAmendment {
  readonly venue: string;
  readonly execId: string;
}

/** An order without a proven end, or one with a recent execution that must not be applied again. */
export interface OpeningOrder extends OpeningInstrument {
  readonly epoch: number;
  readonly sequence: number;
  /** The last state that the journal has. */
  readonly status: number;
  readonly holder: Holder;
  readonly tag: number;
  readonly side: number;
  readonly orderType: number;
  readonly timeInForce: number;
  readonly priceExponent: number;
  readonly sizeExponent: number;
  readonly price: number;
  readonly quantity: number;
  readonly cumQty: number;
  readonly venueCumQty: number;
  readonly venueOrderId: string;
  readonly isProven: boolean;
  readonly tradeIds: readonly string[];
  /** The order whose place it was to take; absent where there was none, where that is forgotten, and in what older hosts wrote. */
  readonly replaces?: OrderName;
}

/** A client order id. */
export interface OrderName {
  readonly epoch: number;
  readonly sequence: number;
}

/** Of a journal without a session. */
export const EMPTY_OPENING: Opening = {
  version: 1,
  epoch: 0,
  sequence: 0,
  positions: [],
  fees: [],
  orders: [],
};

/** What the journal left cannot be carried into this configuration. */
export class OpeningError extends Error {
  readonly code = "SANDPIT_OPENING";
  override readonly name = "OpeningError";
}

/** As the payload of an OPENING record. */
export function writeOpening(opening: Opening): Buffer {
  return Buffer.from(JSON.stringify(opening), "utf8");
}

/** Throws OpeningError on a version that this program does not know. */
export function readOpening(payload: Buffer): Opening {
  const opening = JSON.parse(payload.toString("utf8")) as Opening;
  if ((opening.version as number) !== 1)
    throw new OpeningError(
      `the journal's opening is of version ${String(opening.version)} and this host knows 1; start the host that wrote it`,
    );
  return opening;
}
