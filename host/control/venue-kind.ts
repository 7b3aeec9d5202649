import { FeedKind } from "../data/feeds/index.ts";
import type { VenueAsking } from "../lane/index.ts";
import type { VenueConfiguration } from "./configuration-shape.ts";

/** What the host has to know of a venue beyond its codec. */
export interface VenueKind {
  readonly feed: FeedKind;
  /** See VenuePlacement.partBytes. */
  readonly partBytes: number;
  /** Exponents of prices, sizes and values. */
  readonly exponent: number;
  /** Its codec asks what became of orders, trades and balances; see VenuePlacement.canBeAsked. */
  readonly canBeAsked: boolean;
  /** Absent where it is the way of most venues. */
  readonly asking?: VenueAsking;
  /** See VenuePlacement.guardsReplace. */
  readonly guardsReplace: boolean;
}

/** A slice that a codec takes in well under a millisecond: it decodes some 300 bytes a microsecond, and a part fills a book with some 1,200 levels. */
const PART_BYTES = 131_072;

const COINBASE_ASKING: VenueAsking = { listsByTime: true, cancelsByVenueId: true, balancesByAnswer: true };

/**
 * Binance's longest message is a snapshot of 5,000 levels a side, 400 kB, which its codec takes whole. Coinbase sends whole books in-band, 5 MB
 * for BTC-USD.
 */
export const venueKinds: Readonly<Record<VenueConfiguration["kind"], VenueKind>> = {
  binance: {
    feed: FeedKind.UPDATE_ID,
    partBytes: 0,
    exponent: -8,
    canBeAsked: true,
    guardsReplace: true,
  },
  coinbase: {
    feed: FeedKind.SEQUENCED,
    partBytes: PART_BYTES,
    exponent: -8,
    canBeAsked: true,
    asking: COINBASE_ASKING,
    guardsReplace: false,
  },
};
