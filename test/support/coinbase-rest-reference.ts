import type { DescribedRecord } from "../../abi/host/index.ts";
import { ExecType, OrdStatus } from "../../abi/host/index.ts";
import { Fields, Refused, refuse } from "./binance-reference-fields.ts";
import type { CoinbaseOrderReference } from "./coinbase-reference-order.ts";
import { coinbaseKeys, errorCodes, ignored, isoNs, items, record } from "./coinbase-reference-order.ts";
import type { JsonTree } from "./strict-json.ts";
import { parseStrictJson } from "./strict-json.ts";

interface Line {
  readonly status: number;
  readonly requestId: number;
  readonly retryAfterMs: bigint;
  /** The question that this is a page of the answer to, or null. */
  readonly asked: Asked | null;
}

interface Asked {
  readonly rest: number;
  readonly venueOrderId: bigint;
  readonly epoch: number;
  readonly sequence: number;
}

/** Answers over REST: a line of the gateway, then the body. */
export class CoinbaseRestReference {
  readonly #orders: CoinbaseOrderReference;
  /** Of the page that was read last: it reaches back behind the order in question. */
  #isReached = false;

  constructor(orders: CoinbaseOrderReference) {
    this.#orders = orders;
  }

  answer(bytes: Uint8Array): readonly DescribedRecord[] {
    const [line, bodyStart] = lineOf(bytes);
    const tree = parseStrictJson(bytes.subarray(bodyStart));
    if (line.status !== 200) return [failure(line, tree)];
    const top = readable(() => new Fields(tree ?? undefined, coinbaseKeys));
    if (top === null) return [reply(line, 502)];
    if (top.has("success")) return [readable(() => this.#placed(top, line)) ?? this.#unreadable(line)];
    if (top.has("results")) return [readable(() => this.#cancelled(top, line)) ?? this.#unreadable(line)];
    const { asked } = line;
    if (asked === null) return this.#queried(top, null) ?? [reply(line, 502)];
    const told = readable(() => this.#queried(top, asked));
    return told === null ? [this.#unreadable(line)] : answered(line, asked, told, this.#isReached);
  }

  /** Whether an order of ours that was sent before the one in question is a minute younger than the oldest of the page. */
  #reachesBehind(listed: readonly Fields[], { epoch, sequence, venueOrderId }: Asked): boolean {
    const dated = listed
      .filter((one) => one.has("created_time"))
      .map((one) => ({ ns: isoNs(one, "created_time"), ...this.#orders.namesOf(one) }));
    const before = dated.filter(
      ({ clientOrderEpoch: own, clientOrderSequence: number }) =>
        own !== 0 && (own < epoch || (own === epoch && number < sequence)),
    );
    const span = (latest: bigint): boolean => dated.some(({ ns }) => latest - ns >= 60_000_000_000n);
    return venueOrderId === 0n && before.some(({ ns }) => span(ns));
  }

  #queried(top: Fields, asked: Asked | null): readonly DescribedRecord[] | null {
    const orders = this.#orders;
    const objects = (key: string): Fields[] => items(top, key).map((one) => new Fields(one, coinbaseKeys));
    const isWanted = (one: Fields): boolean => asked === null || isAbout(asked, orders.namesOf(one));
    if (top.has("order")) return [orders.queriedOrder(new Fields(top.get("order"), coinbaseKeys))];
    this.#isReached = false;
    if (top.has("orders")) {
      const listed = objects("orders");
      if (asked !== null && isOne(asked)) this.#isReached = this.#reachesBehind(listed, asked);
      return listed
        .filter(isWanted)
        .map((one) => orders.queriedOrder(one))
        .toReversed();
    }
    if (top.has("fills"))
      return objects("fills")
        .map((one) => orders.fill(one))
        .toReversed();
    if (!top.has("accounts")) return null;
    const balances = objects("accounts").flatMap((one) => orders.balance(one));
    return balances.length === 0 && asked === null ? [ignored] : balances;
  }

  #unreadable(line: Line): DescribedRecord {
    this.#orders.forgetNotes();
    return reply(line, 502);
  }

  #placed(top: Fields, line: Line): DescribedRecord {
    if (top.flag("success"))
      return reply(line, 200, this.#orders.note(new Fields(top.get("success_response"), coinbaseKeys)));
    const response = new Fields(top.get("error_response"), coinbaseKeys);
    const errorCode = errorCodes[response.text("error")] ?? 1;
    const isElsewhere = errorCode === 2 && response.has("preview_failure_reason");
    const preview = isElsewhere ? (errorCodes[response.text("preview_failure_reason")] ?? 1) : 0;
    return reply(line, 400, { errorCode: isElsewhere ? preview : errorCode });
  }

  #cancelled(top: Fields, line: Line): DescribedRecord {
    const results = items(top, "results");
    if (results.length !== 1) refuse("not one result");
    const result = new Fields(results[0], coinbaseKeys);
    const isTaken = result.flag("success");
    const venueOrderId = this.#orders.venueOrderId(result);
    const errorCode = isTaken ? 0 : (errorCodes[result.text("failure_reason")] ?? 1);
    return reply(line, isTaken ? 200 : 400, {
      venueOrderId,
      ...this.#orders.ownerOf(venueOrderId),
      errorCode,
    });
  }
}

/** The gateway's line, and where the body begins. */
function lineOf(bytes: Uint8Array): readonly [Line, number] {
  const [head = "", status = "", id = "", retry = "", about] =
    /^(\d+) (\d+) (\d+)((?: \d+){4})?\n/.exec(Buffer.from(bytes).toString("latin1")) ?? refuse("no line");
  const asked = about === undefined ? null : askedOf(about);
  const line = { status: Number(status), requestId: Number(id), retryAfterMs: BigInt(retry), asked };
  if (line.status > 999 || line.requestId >= 2 ** 32 || line.retryAfterMs >= 2n ** 63n)
    refuse("line out of range");
  if (asked !== null && line.requestId === 0) refuse("an answer to nobody's question");
  return [line, head.length];
}

function askedOf(text: string): Asked {
  const [rest = 0n, venueOrderId = 0n, epoch = 0n, sequence = 0n] = text.trim().split(" ").map(BigInt);
  if (rest > 2n || venueOrderId >= 2n ** 64n || epoch >= 2n ** 32n || sequence >= 2n ** 32n)
    refuse("line out of range");
  return { rest: Number(rest), venueOrderId, epoch: Number(epoch), sequence: Number(sequence) };
}

function isOne({ venueOrderId, epoch }: Asked): boolean {
  return venueOrderId !== 0n || epoch !== 0;
}

function isAbout(asked: Asked, names: ReturnType<CoinbaseOrderReference["namesOf"]>): boolean {
  if (!isOne(asked) || asked.venueOrderId === names.venueOrderId) return true;
  const { epoch, sequence } = asked;
  return epoch !== 0 && epoch === names.clientOrderEpoch && sequence === names.clientOrderSequence;
}

/** The records of a page as an answer's, and behind the last page's the reply. */
function answered(
  line: Line,
  asked: Asked,
  told: readonly DescribedRecord[],
  isReached: boolean,
): DescribedRecord[] {
  const records = told.map((one) => (one.name === "ExecutionReport" ? asAnswer(one, line.requestId) : one));
  if (asked.rest === 2) return records;
  if (!isOne(asked)) return [...records, reply(line, 200)];
  const [first] = records;
  if (first === undefined) return [reply(line, asked.rest === 0 || isReached ? 404 : 504)];
  const { venueOrderId = 0n, clientOrderEpoch = 0, clientOrderSequence = 0 } = first.fields;
  const names =
    first.name === "ExecutionReport" ? { venueOrderId, clientOrderEpoch, clientOrderSequence } : {};
  return [...records, reply(line, 200, names)];
}

function asAnswer(report: DescribedRecord, requestId: number): DescribedRecord {
  const isTrade = report.fields["tradeId"] !== 0n;
  const told = isTrade ? { ordStatus: OrdStatus.UNKNOWN } : { execType: ExecType.ORDER_STATUS };
  return { ...report, fields: { ...report.fields, ...told, requestId } };
}

/** What a reader gives, or null where it refuses. */
function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

function failure(line: Line, tree: JsonTree | null): DescribedRecord {
  const error = readable(() => new Fields(tree ?? undefined, coinbaseKeys).text("error"));
  const isRefusal = line.status >= 400 && line.status <= 599;
  const status = line.status === 408 ? 504 : isRefusal ? line.status : 502;
  const errorCode = error === null ? 0 : (errorCodes[error] ?? 1);
  return reply(line, status, { errorCode: status === 424 ? 120 : errorCode });
}

function reply(line: Line, status: number, told: DescribedRecord["fields"] = {}): DescribedRecord {
  return record("RequestReply", {
    venueOrderId: 0n,
    serverTimeMs: 0n,
    retryAfterMs: line.retryAfterMs,
    requestId: line.requestId,
    clientOrderEpoch: 0,
    clientOrderSequence: 0,
    status,
    errorCode: 0,
    ...told,
  });
}
