import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ExecType,
  IntentAction,
  OrderCommand,
  OrderEvent,
  OrdStatus,
  Side,
} from "../../../../abi/host/index.ts";
import {
  execTypeOfStatus,
  OrderRecordWriter,
  readMantissa,
  writeMantissa,
} from "../../../../host/execution/orders/index.ts";
import { EPOCH, ExecutionDesk, UNIT } from "../support/execution-desk.ts";

const OFFSET = 24;

function bench(): { desk: ExecutionDesk; writer: OrderRecordWriter; words: Int32Array; view: DataView } {
  const desk = new ExecutionDesk();
  const words = new Int32Array(64).fill(-1);
  const writer = new OrderRecordWriter(desk.orders.columns, desk.instruments.instrumentId);
  return { desk, writer, words, view: new DataView(words.buffer) };
}

test("an OrderEvent tells the agent everything about its order", () => {
  const { desk, writer, words, view } = bench();
  const slot = desk.submit(2, { tag: 9, side: Side.SELL });
  desk.reply(1, 400, -2010);
  writer.eventCells.set([123, 4, 5, -6]);
  writer.writeEvent(words, OFFSET, slot, ExecType.REJECTED, 1);
  const int64 = (at: number): number => Number(view.getBigInt64(OFFSET + at, true));
  assert.deepEqual(
    [
      OrderEvent.timeNs,
      OrderEvent.price,
      OrderEvent.quantity,
      OrderEvent.cumQty,
      OrderEvent.lastQty,
      OrderEvent.lastPrice,
      OrderEvent.position,
    ].map(int64),
    [123, 20_000 * UNIT, UNIT, 0, 4, 5, -6],
  );
  const byte = (at: number): number => view.getUint8(OFFSET + at);
  assert.deepEqual(
    [OrderEvent.ordStatus, OrderEvent.execType, OrderEvent.side, OrderEvent.liquiditySide].map(byte),
    [OrdStatus.REJECTED, ExecType.REJECTED, Side.SELL, 1],
  );
  assert.equal(view.getInt32(OFFSET + OrderEvent.reason, true), -2010);
  assert.equal(view.getUint32(OFFSET + OrderEvent.tag, true), 9);
  assert.equal(view.getUint32(OFFSET + OrderEvent.instrumentId, true), 1);
});

test("an OrderCommand carries the approved terms and the client order id", () => {
  const { desk, writer, words, view } = bench();
  const slot = desk.submit(0, {});
  desk.report(slot, { venueOrderId: 2 ** 40 + 1 });
  writer.commandCells[0] = 1_700_000_000_000;
  writer.writeCommand(words, OFFSET, slot, IntentAction.CANCEL, 77);
  const int64 = (at: number): number => Number(view.getBigInt64(OFFSET + at, true));
  assert.deepEqual(
    [OrderCommand.price, OrderCommand.quantity, OrderCommand.venueOrderId, OrderCommand.timestampMs].map(
      int64,
    ),
    [20_000 * UNIT, UNIT, 2 ** 40 + 1, 1_700_000_000_000],
  );
  const word = (at: number): number => view.getUint32(OFFSET + at, true);
  assert.deepEqual(
    [
      OrderCommand.requestId,
      OrderCommand.instrumentId,
      OrderCommand.clientOrderEpoch,
      OrderCommand.clientOrderSequence,
      OrderCommand.padding,
    ].map(word),
    [77, 1, EPOCH, 1, 0],
  );
  assert.equal(view.getUint8(OFFSET + OrderCommand.action), IntentAction.CANCEL);
  assert.equal(view.getUint8(OFFSET + OrderCommand.timeInForce), 1);
});

test("every end has an execution type of its own", () => {
  const { DENIED, REJECTED, CANCELED, EXPIRED, ACCEPTED } = OrdStatus;
  assert.deepEqual([DENIED, REJECTED, CANCELED, EXPIRED, ACCEPTED].map(execTypeOfStatus), [7, 4, 3, 5, 1]);
});

test("safe integers pass through 64-bit fields, others are refused", () => {
  const words = new Int32Array(4);
  const view = new DataView(words.buffer);
  const cells = new Float64Array(1);
  for (const value of [
    0,
    1,
    -1,
    2 ** 32,
    -(2 ** 32),
    2 ** 53 - 1,
    -(2 ** 53) + 2 ** 32,
    -123_456_789_012_345,
  ]) {
    cells[0] = value;
    writeMantissa(words, 8, cells, 0);
    assert.equal(Number(view.getBigInt64(8, true)), value);
    cells[0] = 7;
    assert.equal(readMantissa(words, 8, cells, 0), 1);
    assert.equal(cells[0], value);
  }
  for (const value of [2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)]) {
    view.setBigInt64(8, value, true);
    assert.equal(readMantissa(words, 8, cells, 0), 0);
    assert.equal(cells[0], 0);
  }
});
