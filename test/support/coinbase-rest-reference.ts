import type { DescribedRecord } from "../../abi/host/index.ts";
import { Fields, Refused, refuse } from "./binance-reference-fields.ts";
import type { CoinbaseOrderReference } from "./coinbase-reference-order.ts";
import { coinbaseKeys, errorCodes, ignored, items, record } from "./coinbase-reference-order.ts";
import type { JsonTree } from "./strict-json.ts";
import { parseStrictJson } from "./strict-json.ts";

interface Line {
  readonly status: number;
  readonly requestId: number;
  readonly retryAfterMs: bigint;
}

/** Answers over REST: a line of the gateway, then the body. */
export class CoinbaseRestReference {
  readonly #orders: CoinbaseOrderReference;

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
    return this.#queried(top) ?? [reply(line, 502)];
  }

  #queried(top: Fields): readonly DescribedRecord[] | null {
    const orders = this.#orders;
    const objects = (key: string): Fields[] => items(top, key).map((one) => new Fields(one, coinbaseKeys));
    if (top.has("order")) return [orders.queriedOrder(new Fields(top.get("order"), coinbaseKeys))];
    if (top.has("orders")) return objects("orders").map((one) => orders.queriedOrder(one));
    if (top.has("fills"))
      return objects("fills")
        .map((one) => orders.fill(one))
        .toReversed();
    if (!top.has("accounts")) return null;
    const balances = objects("accounts").flatMap((one) => orders.balance(one));
    return balances.length === 0 ? [ignored] : balances;
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
  const [head = "", status = "", id = "", retry = ""] =
    /^(\d+) (\d+) (\d+)\n/.exec(Buffer.from(bytes).toString("latin1")) ?? refuse("no line");
  const line = { status: Number(status), requestId: Number(id), retryAfterMs: BigInt(retry) };
  if (line.status > 999 || line.requestId >= 2 ** 32 || line.retryAfterMs >= 2n ** 63n)
    refuse("line out of range");
  return [line, head.length];
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
  return reply(line, status, { errorCode: error === null ? 0 : (errorCodes[error] ?? 1) });
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
