import assert from "node:assert/strict";
import { test } from "node:test";
import { ExecType, IntentAction, Side } from "../../../abi/host/index.ts";
import { OrderRecordWriter } from "../../../host/execution/orders/index.ts";
import { BalanceBook, AssetTable } from "../../../host/execution/positions/index.ts";
import { isApproved } from "../../../host/execution/risk/index.ts";
import { allocatedBytes, canMeasureAllocation, runMeasured } from "../../support/allocation-probe.ts";
import { EPOCH, ExecutionDesk, UNIT } from "./support/execution-desk.ts";
import { ExecutionRecords } from "./support/execution-records.ts";

const BYTES_MAX = 16_384;
/** Eight calls each: create, evaluate, submit, admitOrder, applyReply, applyReport, and two folds. */
const ORDERS = 125_000;
const RUNS_MAX = 6;
const WARM_UP = 30_000;

/** The life of an order, over and over: draft, gate, number, command, last hop, reply, fill, positions, balances; some denied. */
class OrderLoop {
  readonly desk: ExecutionDesk = new ExecutionDesk({ capacity: 4096, shares: [1_000_000] });
  readonly #buy: ExecutionRecords = new ExecutionRecords().intent({
    price: 20_000 * UNIT,
    quantity: UNIT / 10,
  });
  readonly #sell: ExecutionRecords = new ExecutionRecords().intent({
    price: 20_000 * UNIT,
    quantity: UNIT / 10,
    side: Side.SELL,
  });
  readonly #fat: ExecutionRecords = new ExecutionRecords().intent({
    price: 20_000 * UNIT,
    quantity: 3 * UNIT,
  });
  readonly #reply: ExecutionRecords = new ExecutionRecords().reply(1, 200);
  readonly #report: ExecutionRecords = new ExecutionRecords().report({
    execType: ExecType.TRADE,
    tradeId: 1,
    lastPrice: 20_000 * UNIT,
    lastQty: UNIT / 10,
    cumQty: UNIT / 10,
    commission: 3,
    commissionAssetId: 1,
    epoch: EPOCH,
  });
  readonly #writer: OrderRecordWriter = new OrderRecordWriter(
    this.desk.orders.columns,
    this.desk.instruments.instrumentId,
  );
  readonly #command: Int32Array = new Int32Array(32);
  readonly #balances: BalanceBook;
  #count = 0;
  filled = 0;

  constructor() {
    const assets = [1, 2, 4].map((assetId) => ({ assetId, code: `A${assetId}`, exponent: -8 }));
    this.#balances = new BalanceBook(this.desk.instruments, new AssetTable(assets), 4);
  }

  run(orders: number): void {
    for (let at = 0; at < orders; at += 1) {
      this.#count += 1;
      this.desk.clock[0] = this.#count * 2_000_000;
      this.desk.references.timeNs[0] = this.#count * 2_000_000;
      this.#deny();
      this.#trade(
        this.#count % 2 === 0 ? this.#sell : this.#buy,
        this.#count % 2 === 0 ? Side.SELL : Side.BUY,
      );
    }
  }

  #deny(): void {
    const { orders, gate } = this.desk;
    const slot = orders.create(this.#fat.words, this.#fat.offset, 0);
    const decision = gate.evaluate(slot);
    if (!isApproved(decision)) orders.deny(slot, Math.abs(decision));
  }

  #trade(intent: ExecutionRecords, side: number): void {
    const { orders, gate, lastHop, positions } = this.desk;
    const slot = orders.create(intent.words, intent.offset, 0);
    const decision = gate.evaluate(slot);
    if (!isApproved(decision)) return;
    orders.submit(slot, this.#count);
    this.#writer.writeCommand(this.#command, 0, slot, IntentAction.SUBMIT, this.#count);
    if (lastHop.admitOrder(decision, 0, this.#command, 0) !== 0) return;
    this.#reply.words[(this.#reply.offset + 24) >> 2] = this.#count;
    orders.applyReply(this.#reply.words, this.#reply.offset);
    const { words, offset } = this.#report;
    words[(offset + 92) >> 2] = orders.columns.sequence[slot] ?? 0;
    words[(offset + 8) >> 2] = this.#count;
    words[(offset + 100) >> 2] = ExecType.TRADE | (side << 16);
    orders.applyReport(words, offset);
    this.filled += positions.applyFill(orders.fill, 0, 0, side) === 0 ? 1 : 0;
    this.#balances.applyFill(orders.fill, 0, 0, side, orders.report.commissionAssetId);
    this.#writer.writeEvent(this.#command, 0, slot, ExecType.TRADE, 0);
  }
}

if (canMeasureAllocation()) {
  test("orders, gate, last hop, positions and balances allocate next to nothing", () => {
    const loop = new OrderLoop();
    for (let call = 0; call < WARM_UP / 100; call += 1) loop.run(100);
    // The measurement itself leaves some 18 KB, whatever runs: a run of one order shows how much. The compiler may work in a
    // run; what the code allocates shows in every run.
    const runs: number[] = [];
    let bytes = Number.POSITIVE_INFINITY;
    while (runs.length < RUNS_MAX && bytes > BYTES_MAX) {
      const overhead = allocatedBytes(() => loop.run(1));
      bytes = allocatedBytes(() => loop.run(ORDERS)) - overhead;
      runs.push(bytes);
    }
    assert.equal(loop.filled, WARM_UP + (ORDERS + 1) * runs.length);
    assert.ok(
      bytes <= BYTES_MAX,
      `${runs.join(", ")} bytes for ${ORDERS * 8} calls each: expected ${BYTES_MAX} at most`,
    );
  });

  test("the measure sees one boxed double for each order", () => {
    const loop = new OrderLoop();
    loop.run(WARM_UP);
    const boxes: object[] = [];
    const bytes = allocatedBytes(() => {
      for (let at = 0; at < 10_000; at += 1) boxes[at & 7] = { price: at + 0.5 };
    });
    assert.ok(bytes > 10_000 * 16);
  });
} else {
  test("the execution plane allocates at most 16 KiB for a million calls", () => {
    const { status, output } = runMeasured(import.meta.filename);
    assert.equal(status, 0, output);
  });
}
