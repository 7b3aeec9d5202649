import assert from "node:assert/strict";
import { test } from "node:test";
import { ExecType, OrdStatus } from "../../../../abi/host/index.ts";
import { HaltReason } from "../../../../host/execution/orders/index.ts";
import { ExecutionDesk, UNIT } from "../support/execution-desk.ts";
import type { ReportFields } from "../support/execution-records.ts";

const PRICE = 20_000 * UNIT;
type Message = (desk: ExecutionDesk, slot: number) => void;

const replyNew =
  (status: number): Message =>
  (desk) =>
    void desk.reply(1, status);
const replyCancel =
  (status: number): Message =>
  (desk) =>
    void desk.reply(2, status);
const report =
  (fields: ReportFields): Message =>
  (desk, slot) =>
    void desk.report(slot, { venueOrderId: 3, ...fields });
const isNew = report({ execType: ExecType.NEW });
const trade = (tradeId: number, quarters: number, cumQuarters: number): Message =>
  report({
    execType: ExecType.TRADE,
    tradeId,
    lastPrice: PRICE,
    lastQty: (UNIT / 4) * quarters,
    cumQty: (UNIT / 4) * cumQuarters,
  });
const canceled = (cumQuarters: number): Message =>
  report({ execType: ExecType.CANCELED, cumQty: (UNIT / 4) * cumQuarters });

/** All orders in which the messages of the channels may arrive, each channel's own order kept. */
function* interleavings(channels: readonly (readonly Message[])[]): Generator<readonly Message[]> {
  if (channels.every((channel) => channel.length === 0)) yield [];
  for (const [at, channel] of channels.entries()) {
    const [head, ...tail] = channel;
    if (head === undefined) continue;
    for (const rest of interleavings(channels.map((other, index) => (index === at ? tail : other))))
      yield [head, ...rest];
  }
}

interface Session {
  readonly title: string;
  readonly cancels: boolean;
  readonly channels: readonly (readonly Message[])[];
  readonly status: number;
  readonly cumQuarters: number;
  readonly halts: boolean;
}
const S = OrdStatus;
const stream = [isNew, trade(1, 1, 1), trade(2, 2, 3)];
const sessions: readonly Session[] = [
  {
    title: "reply and fills",
    cancels: false,
    channels: [[replyNew(200)], [...stream, trade(3, 1, 4)]],
    status: S.FILLED,
    cumQuarters: 4,
    halts: false,
  },
  {
    title: "unknown reply and fills",
    cancels: false,
    channels: [[replyNew(503)], stream],
    status: S.PARTIALLY_FILLED,
    cumQuarters: 3,
    halts: false,
  },
  {
    title: "two streams with the same fills",
    cancels: false,
    channels: [stream, stream, [replyNew(200)]],
    status: S.PARTIALLY_FILLED,
    cumQuarters: 3,
    halts: false,
  },
  {
    title: "fills in any order",
    cancels: false,
    channels: [[isNew], [trade(1, 1, 1)], [trade(2, 2, 3)], [trade(3, 1, 4)], [replyNew(200)]],
    status: S.FILLED,
    cumQuarters: 4,
    halts: false,
  },
  {
    title: "cancel that succeeds",
    cancels: true,
    channels: [
      [replyNew(200), replyCancel(200)],
      [...stream, canceled(3)],
    ],
    status: S.CANCELED,
    cumQuarters: 3,
    halts: false,
  },
  {
    title: "cancel that comes too late",
    cancels: true,
    channels: [
      [replyNew(200), replyCancel(400)],
      [...stream, trade(3, 1, 4)],
    ],
    status: S.FILLED,
    cumQuarters: 4,
    halts: false,
  },
  {
    title: "cancel that is refused",
    cancels: true,
    channels: [[replyNew(200), replyCancel(400)], stream],
    status: S.PARTIALLY_FILLED,
    cumQuarters: 3,
    halts: false,
  },
  {
    title: "cancel without a known outcome",
    cancels: true,
    channels: [[replyNew(200), replyCancel(503)], stream],
    status: S.UNKNOWN,
    cumQuarters: 3,
    halts: false,
  },
  {
    title: "new and cancel without a known outcome",
    cancels: true,
    channels: [[replyNew(503)], [replyCancel(503)], stream],
    status: S.UNKNOWN,
    cumQuarters: 3,
    halts: false,
  },
  {
    title: "cancel reported before its fills",
    cancels: true,
    channels: [[isNew, canceled(3)], [trade(1, 1, 1), trade(2, 2, 3)], [replyCancel(200)]],
    status: S.CANCELED,
    cumQuarters: 3,
    halts: false,
  },
  {
    title: "rejection by both channels",
    cancels: false,
    channels: [[replyNew(400)], [report({ execType: ExecType.REJECTED })]],
    status: S.REJECTED,
    cumQuarters: 0,
    halts: false,
  },
  {
    title: "acceptance and rejection",
    cancels: false,
    channels: [[replyNew(200)], [report({ execType: ExecType.REJECTED })]],
    status: S.REJECTED,
    cumQuarters: 0,
    halts: false,
  },
  {
    title: "expiry with a part fill",
    cancels: false,
    channels: [
      [replyNew(200)],
      [isNew, trade(1, 1, 1), report({ execType: ExecType.EXPIRED, cumQty: UNIT / 4 })],
    ],
    status: S.EXPIRED,
    cumQuarters: 1,
    halts: false,
  },
  {
    title: "refusal of what lives",
    cancels: false,
    channels: [[replyNew(400)], [isNew]],
    status: S.UNKNOWN,
    cumQuarters: 0,
    halts: true,
  },
];

for (const session of sessions) {
  test(`[V15] ${session.title}: the same end for every order of arrival`, () => {
    let count = 0;
    for (const messages of interleavings(session.channels)) {
      count += 1;
      const desk = new ExecutionDesk({ capacity: 64, tradeIdsRetained: 16 });
      const slot = desk.submit(0, {});
      if (session.cancels) desk.orders.requestCancel(slot, 2);
      let halted: number = HaltReason.NONE;
      for (const message of messages) {
        message(desk, slot);
        halted = Math.max(halted, desk.orders.haltReason);
      }
      assert.equal(desk.status(slot), session.status, `arrival ${count}`);
      assert.equal(desk.orders.columns.cumQty[slot], (UNIT / 4) * session.cumQuarters);
      assert.equal(halted !== HaltReason.NONE, session.halts);
      const isOpen = desk.orders.open.count === 1;
      assert.equal(desk.orders.open.buyQty[0], isOpen ? UNIT - (UNIT / 4) * session.cumQuarters : 0);
    }
    assert.ok(count > 1);
  });
}
