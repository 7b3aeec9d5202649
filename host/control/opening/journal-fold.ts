import { Side } from "../../../abi/host/index.ts";
import type { RecordCursor } from "../../journal/index.ts";
import { RecordType } from "../../journal/index.ts";
import type { FillOutcome } from "../../lane/index.ts";
import { FillKind, readFillRecord, readOrderRecord } from "../../lane/index.ts";
import { readConfigurationRecord } from "../session-records.ts";
import { FoldedOrders } from "./folded-orders.ts";
import { FoldedPositions } from "./folded-positions.ts";
import type { Opening, OpeningAmendment } from "./opening.ts";
import { OpeningError, readOpening } from "./opening.ts";
import { SessionNames } from "./session-names.ts";

/** As many as a lane remembers (host/execution/orders/trade-amendments.hot.ts). */
const AMENDMENTS_LEFT = 1_024;

/** Folds the outcomes of a journal, record by record, into what they leave to the next session. Inputs are passed over. */
export class JournalFold {
  private names: SessionNames | null = null;
  private orders = new FoldedOrders();
  private positions = new FoldedPositions();
  private amendments: OpeningAmendment[] = [];
  private epoch = 0;
  private sequence = 0;

  take(record: RecordCursor): void {
    this.sequence = record.sequence;
    this.epoch = record.epoch;
    const { type } = record;
    if (type === RecordType.ORDER || type === RecordType.FILL) this.takeOutcome(type, payloadOf(record));
    else if (type === RecordType.CONFIGURATION)
      this.names = new SessionNames(readConfigurationRecord(payloadOf(record)).lane);
    else if (type === RecordType.OPENING) this.takeOpening(readOpening(payloadOf(record)));
  }

  opening(): Opening {
    const { epoch, sequence, orders, positions, amendments } = this;
    return {
      ...positions.lastFills(),
      amendments: [...amendments],
      version: 1,
      epoch,
      sequence,
      positions: positions.positions(),
      fees: positions.feeTotals(),
      orders: orders.orders(),
    };
  }

  /** An opening says all that was before it. */
  private takeOpening(opening: Opening): void {
    this.orders = new FoldedOrders();
    this.positions = new FoldedPositions();
    for (const order of opening.orders) this.orders.takeOpening(order);
    this.positions.takeOpening(opening);
    this.amendments = [...(opening.amendments ?? [])];
  }

  private takeOutcome(type: number, payload: Buffer): void {
    const names = this.namesOf();
    if (type === RecordType.FILL) {
      const fill = readFillRecord(payload);
      this.orders.takeFill(fill);
      const named = namedFill(names, fill);
      this.positions.take(named);
      if (named.kind !== "APPLIED")
        this.amendments.push({ venue: named.instrument.venue, execId: fill.execId });
      if (this.amendments.length > AMENDMENTS_LEFT) this.amendments.shift();
      return;
    }
    const order = readOrderRecord(payload);
    const { venue, symbol, priceExponent, sizeExponent } = names.instrument(order.instrumentId);
    const holder = names.holder(order.agent);
    this.orders.takeOrder(order, { holder, venue, symbol, priceExponent, sizeExponent });
  }

  private namesOf(): SessionNames {
    if (this.names === null)
      throw new OpeningError(
        "the journal has an outcome before any configuration; its beginning is missing: restore the whole journal",
      );
    return this.names;
  }
}

const KINDS = {
  [FillKind.APPLIED]: "APPLIED",
  [FillKind.REVERSED]: "UNDONE",
  [FillKind.CORRECTED]: "CORRECTED",
} as const;

/** A fill in names, or what became of one. Throws OpeningError on a kind that this program does not know. */
export function namedFill(names: SessionNames, record: FillOutcome): Parameters<FoldedPositions["take"]>[0] {
  const { epoch, sequence, tradeId } = record;
  const kind = Object.entries(KINDS).find(([value]) => Number(value) === record.kind)?.[1];
  if (kind === undefined)
    throw new OpeningError(
      `the journal has a fill of kind ${record.kind}; read it with the version that wrote it`,
    );
  return {
    holder: names.holder(record.agent),
    instrument: names.instrument(record.instrumentId),
    asset: names.asset(record.commissionAssetId),
    order: { epoch, sequence },
    tradeId,
    kind,
    fill: {
      agent: record.agent,
      instrumentId: record.instrumentId,
      side: record.side === Side.BUY ? "BUY" : "SELL",
      price: BigInt(record.price),
      quantity: BigInt(record.quantity),
      commission: BigInt(record.commission),
      commissionAssetId: record.commissionAssetId,
    },
  };
}

function payloadOf({ bytes, payloadOffset, payloadBytes }: RecordCursor): Buffer {
  return bytes.subarray(payloadOffset, payloadOffset + payloadBytes);
}
