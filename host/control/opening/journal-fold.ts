import { Side } from "../../../abi/host/index.ts";
import type { RecordCursor } from "../../journal/index.ts";
import { RecordType } from "../../journal/index.ts";
import type { FillOutcome } from "../../lane/index.ts";
import { FillKind, readFillRecord, readOrderRecord } from "../../lane/index.ts";
import { readConfigurationRecord } from "../session-records.ts";
import { FoldedOrders } from "./folded-orders.ts";
import { FoldedPositions } from "./folded-positions.ts";
import type { Opening } from "./opening.ts";
import { OpeningError, readOpening } from "./opening.ts";
import { SessionNames } from "./session-names.ts";

/** Folds the outcomes of a journal, record by record, into what they leave to the next session. Inputs are passed over. */
export class JournalFold {
  private names: SessionNames | null = null;
  private orders = new FoldedOrders();
  private positions = new FoldedPositions();
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
    const { epoch, sequence, orders, positions } = this;
    return {
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
    this.positions.takeOpening(opening.positions, opening.fees);
  }

  private takeOutcome(type: number, payload: Buffer): void {
    const names = this.namesOf();
    if (type === RecordType.FILL) {
      const fill = readFillRecord(payload);
      this.orders.takeFill(fill);
      this.positions.take(namedFill(names, fill));
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

/** A fill in names. One that was reversed is a fill of the other side at the same price, whose fee comes back. */
export function namedFill(names: SessionNames, record: FillOutcome): Parameters<FoldedPositions["take"]>[0] {
  const isReversed = record.kind === FillKind.REVERSED;
  const isBuy = (record.side === Side.BUY) !== isReversed;
  const commission = BigInt(record.commission);
  return {
    holder: names.holder(record.agent),
    instrument: names.instrument(record.instrumentId),
    asset: names.asset(record.commissionAssetId),
    fill: {
      agent: record.agent,
      instrumentId: record.instrumentId,
      side: isBuy ? "BUY" : "SELL",
      price: BigInt(record.price),
      quantity: BigInt(record.quantity),
      commission: isReversed ? -commission : commission,
      commissionAssetId: record.commissionAssetId,
    },
  };
}

function payloadOf({ bytes, payloadOffset, payloadBytes }: RecordCursor): Buffer {
  return bytes.subarray(payloadOffset, payloadOffset + payloadBytes);
}
