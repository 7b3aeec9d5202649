import { IntentAction, OrdStatus, Side } from "../../../abi/host/index.ts";
import { BreakCode, FindingKind, readFindingRecord } from "../../execution/reconcile/index.ts";
import { OrderTrigger } from "../../execution/orders/index.ts";
import type { RecordCursor } from "../../journal/index.ts";
import { RecordType } from "../../journal/index.ts";
import type { LaneConfiguration, OrderOutcome } from "../../lane/index.ts";
import { FillKind, readFillRecord, readOrderRecord } from "../../lane/index.ts";
import { utcText } from "../../engine/index.ts";
import { decimalOf } from "../decimal.ts";
import { readOpening, SessionNames } from "../opening/index.ts";
import { readConfigurationRecord } from "../session-records.ts";
import { describeInput } from "./input-text.ts";

const NS_PER_MS = 1e6;
const BYTES_SHOWN = 600;

/** One thing that happened to an order, or made something happen to it. */
export interface StoryStep {
  /** Sequence number of the journal's record. */
  readonly sequence: number;
  /** Boot epoch of the session. */
  readonly epoch: number;
  /** UTC, by the host's wall clock. */
  readonly time: string;
  readonly kind: "input" | "state" | "bytes" | "durable" | "fill" | "finding" | "restart" | "denial";
  readonly text: string;
}

/** An order by its client order id. */
export interface OrderId {
  readonly epoch: number;
  readonly sequence: number;
}

/**
 * Everything that a journal tells of one order, from the input that caused it: made record by record, so that a journal of any length is read
 * in bounded memory.
 */
export class OrderStory {
  readonly steps: StoryStep[] = [];
  private readonly id: OrderId;
  private configuration: LaneConfiguration | null = null;
  private names: SessionNames | null = null;
  /** The last input, as long as nothing of this order followed from it; its text is made when it does. */
  private input: StoryStep | null = null;
  private inputType = 0;
  private inputTag = 0;
  private inputBytes: Buffer = Buffer.alloc(0);
  /** The last change of this order since the last input, whose bytes may follow. */
  private change: OrderOutcome | null = null;
  /** The last change of any order since the last input: one that is submitted in another's place stands directly before that one's. */
  private lastChange: OrderOutcome | null = null;
  /** Sequence number of its bytes that are not yet known to be on stable storage, 0: none. */
  private unsyncedSequence = 0;

  constructor(id: OrderId) {
    this.id = id;
  }

  take(record: RecordCursor): void {
    const { type } = record;
    if (type === RecordType.CONFIGURATION) this.begin(payloadOf(record));
    else if (type === RecordType.OPENING) this.takeOpening(record);
    else if (type >= RecordType.INPUT_FRAME && type <= RecordType.INPUT_PLUGIN) this.takeInput(record);
    else if (type === RecordType.ORDER) this.takeOrder(record);
    else if (type === RecordType.INTENT) this.takeIntent(record);
    else if (type === RecordType.FILL) this.takeFill(record);
    else if (type === RecordType.FINDING) this.takeFinding(record);
    else if (type === RecordType.SYNC_MARK || type === RecordType.CLOSE) this.takeMark(record);
  }

  private begin(payload: Buffer): void {
    this.configuration = readConfigurationRecord(payload).lane;
    this.names = new SessionNames(this.configuration);
    this.input = null;
    this.change = null;
  }

  private takeOpening(record: RecordCursor): void {
    const order = readOpening(payloadOf(record)).orders.find((one) => this.isThis(one));
    if (order === undefined) return;
    const filled = decimalOf(order.cumQty, order.sizeExponent);
    this.add(
      record,
      "restart",
      `session ${record.epoch} begins with it: ${statusName(order.status)} at the end of the last, ${filled} filled` +
        (order.isProven ? "" : ", never shown by the venue"),
    );
  }

  private takeInput(record: RecordCursor): void {
    if (this.configuration === null) return;
    this.change = null;
    this.lastChange = null;
    const payload =
      record.payloadBytes > BYTES_SHOWN ? payloadOf(record).subarray(0, BYTES_SHOWN) : payloadOf(record);
    this.input = this.stepOf(record, "input", "");
    this.inputType = record.type;
    this.inputTag = record.channel;
    this.inputBytes = Buffer.from(payload);
  }

  private takeOrder(record: RecordCursor): void {
    const order = readOrderRecord(payloadOf(record));
    const before = this.lastChange;
    this.lastChange = order;
    const isReplace = order.trigger === OrderTrigger.REPLACE_REQUESTED;
    if (!this.isThis(order)) {
      if (isReplace && before !== null && this.isThis(before))
        this.add(record, "state", `takes the place of ${order.epoch}.${order.sequence}`);
      return;
    }
    this.addInput();
    this.change = order;
    const { lastStatus, status, trigger, reason } = order;
    const terms =
      lastStatus === OrdStatus.INITIALIZED ? `: ${this.termsOf(order)}, approved by the risk gate` : "";
    const newer = isReplace && before !== null ? `, for ${before.epoch}.${before.sequence}` : "";
    const why = reason === 0 ? newer : `${newer}, code ${reason}`;
    this.add(
      record,
      "state",
      `${statusName(lastStatus)} → ${statusName(status)} by ${nameOf(OrderTrigger, trigger)}${why}${terms}`,
    );
  }

  private takeIntent(record: RecordCursor): void {
    const { change } = this;
    if (change === null) return;
    const { channel } = record;
    const isCancel = channel === IntentAction.CANCEL;
    if (isCancel !== (change.status === OrdStatus.PENDING_CANCEL)) return;
    this.change = null;
    this.unsyncedSequence = record.sequence;
    const bytes = withoutSecrets(printable(payloadOf(record)));
    this.add(
      record,
      "bytes",
      `${isCancel ? "cancel" : channel === IntentAction.REPLACE ? "replace" : "order"} past the last hop, journalled before it left: ${bytes}`,
    );
  }

  private takeFill(record: RecordCursor): void {
    const fill = readFillRecord(payloadOf(record));
    if (!this.isThis(fill) || this.names === null) return;
    this.addInput();
    const { priceExponent, sizeExponent, symbol } = this.names.instrument(fill.instrumentId);
    const asset = this.names.asset(fill.commissionAssetId);
    const fee = asset === null ? "" : `, fee ${decimalOf(fill.commission, asset.exponent)} ${asset.code}`;
    const { last } = fill;
    const before =
      fill.kind === FillKind.CORRECTED
        ? `, instead of ${decimalOf(last.quantity, sizeExponent)} at ${decimalOf(last.price, priceExponent)}`
        : "";
    const what = FILL_TEXTS[fill.kind] ?? `a fill of kind ${fill.kind}`;
    this.add(
      record,
      "fill",
      `${what}: ${decimalOf(fill.quantity, sizeExponent)} at ${decimalOf(fill.price, priceExponent)}${fee}${before}, trade ${fill.tradeId}; ` +
        `position in ${symbol} then ${decimalOf(fill.position, sizeExponent)}`,
    );
  }

  private takeFinding(record: RecordCursor): void {
    const finding = readFindingRecord(payloadOf(record));
    if (!this.isThis(finding)) return;
    this.add(record, "finding", findingText(finding.kind, finding.code));
  }

  private takeMark(record: RecordCursor): void {
    const isClose = record.type === RecordType.CLOSE;
    const synced = isClose ? record.sequence : Number(payloadOf(record).readBigUInt64LE(0));
    if (this.unsyncedSequence === 0 || synced < this.unsyncedSequence) return;
    this.add(record, "durable", `record ${this.unsyncedSequence} is known to be on stable storage`);
    this.unsyncedSequence = 0;
  }

  /** The input that caused what comes next, once. */
  private addInput(): void {
    const { input, configuration } = this;
    if (input === null || configuration === null) return;
    this.input = null;
    const text = describeInput(configuration, this.inputType, this.inputTag, this.inputBytes);
    this.steps.push({ ...input, text: withoutSecrets(text) });
  }

  private isThis({ epoch, sequence }: OrderId): boolean {
    return epoch === this.id.epoch && sequence === this.id.sequence;
  }

  private termsOf(order: OrderOutcome): string {
    const { names } = this;
    if (names === null) return "";
    const { symbol, venue, priceExponent, sizeExponent } = names.instrument(order.instrumentId);
    const price = order.price === 0 ? "at market" : `at ${decimalOf(order.price, priceExponent)}`;
    const holder = names.holder(order.agent).replace("agent:", "agent ");
    return `${order.side === Side.BUY ? "buy" : "sell"} ${decimalOf(order.quantity, sizeExponent)} ${symbol} ${price} at ${venue}, for ${holder}, tag ${order.tag >>> 0}`;
  }

  private add(record: RecordCursor, kind: StoryStep["kind"], text: string): void {
    this.steps.push(this.stepOf(record, kind, text));
  }

  private stepOf(
    { sequence, epoch, timeNs }: RecordCursor,
    kind: StoryStep["kind"],
    text: string,
  ): StoryStep {
    const wallMs = (this.configuration?.startWallMs ?? 0) + timeNs / NS_PER_MS;
    return { sequence, epoch, time: utcText(wallMs), kind, text };
  }
}

function findingText(kind: number, code: number): string {
  if (kind === FindingKind.ASKED) return `asked the venue what became of it, attempt ${code}`;
  if (kind === FindingKind.NOT_FOUND)
    return code === 1
      ? "the matching engine has no such order"
      : "a query knows no such order, which alone proves nothing";
  if (kind === FindingKind.FOUND) return `the venue shows it as ${statusName(code)}`;
  if (kind === FindingKind.PROVEN_ABSENT) return "proven: the venue has no such order";
  if (kind === FindingKind.PROVEN_OPEN) return "proven: it works at the venue";
  if (kind === FindingKind.MISSED_FILL)
    return "a fill that no report had brought was found in the list of trades";
  if (kind === FindingKind.ADOPTED) return "adopted: it has this host's prefix, and no journal had it";
  if (kind === FindingKind.AMENDED) return `listed for a person to see: ${nameOf(BreakCode, code)}`;
  if (kind === FindingKind.BREAK) return `a break: ${nameOf(BreakCode, code)}`;
  if (kind === FindingKind.BREAK_ENDED) return `the break is over: ${nameOf(BreakCode, code)}`;
  if (kind === FindingKind.BREAK_ACCEPTED) return `a person accepted the break ${nameOf(BreakCode, code)}`;
  return nameOf(FindingKind, kind);
}

const FILL_TEXTS: Readonly<Record<number, string>> = {
  [FillKind.APPLIED]: "filled",
  [FillKind.REVERSED]: "undone by the venue",
  [FillKind.CORRECTED]: "corrected by the venue",
};

function statusName(status: number): string {
  return nameOf(OrdStatus, status);
}

function nameOf(names: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(names).find(([, known]) => known === value)?.[0] ?? String(value);
}

/** Bytes that a person may see: control characters as dots, and not all of them. */
export function printable(bytes: Buffer): string {
  const text = bytes
    .subarray(0, BYTES_SHOWN)
    .toString("latin1")
    .replaceAll(/[^\x20-\x7e]/g, ".");
  return bytes.length > BYTES_SHOWN ? `${text}…` : text;
}

/** Keys and signatures are no part of a story. */
function withoutSecrets(text: string): string {
  return text.replaceAll(/("?(?:apiKey|signature|jwt)"?\s*[:=]\s*"?)[^"&,}\s]+/gi, "$1(left out)");
}

function payloadOf({ bytes, payloadOffset, payloadBytes }: RecordCursor): Buffer {
  return bytes.subarray(payloadOffset, payloadOffset + payloadBytes);
}
