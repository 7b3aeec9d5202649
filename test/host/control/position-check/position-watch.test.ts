import assert from "node:assert/strict";
import { before, beforeEach, describe, test } from "node:test";
import { Side } from "../../../../abi/host/index.ts";
import { reconcileOf } from "../../../../host/control/api/views/reconcile-view.ts";
import {
  UNREADABLE,
  writeDisagreement,
} from "../../../../host/control/position-check/disagreement-record.ts";
import {
  CheckCount,
  inlineChecker,
  PositionWatch,
  shapeOf,
} from "../../../../host/control/position-check/index.ts";
import type { CheckerListener } from "../../../../host/control/position-check/position-checker.ts";
import { LaneSnapshot } from "../../../../host/control/position-check/lane-snapshot.ts";
import type { WatchParts } from "../../../../host/control/position-check/position-watch.ts";
import { rearmOrder, TradingMode } from "../../../../host/execution/risk/index.ts";
import {
  FindingKind,
  readFindingRecord,
  ReconcileState,
} from "../../../../host/execution/reconcile/index.ts";
import { JournalCode, RecordType, inspectJournal } from "../../../../host/journal/index.ts";
import { stateDigest } from "../../../../host/lane/index.ts";
import { VirtualTimers } from "../../../../host/platform/index.ts";
import { HostAtVenue } from "../../../support/host-at-venue.ts";
import { DIRECTORY, IDENTITY, readAll } from "../../../support/journal-fixture.ts";
import { LOT } from "../../../support/lane-under-test.ts";

const EVERY_NS = 60e9;
const ACCOUNT = rearmOrder("a tester", "I know why");

/** A host that trades, beside it a watch. */
class WatchedHost {
  readonly host: HostAtVenue;
  readonly timers: VirtualTimers;
  readonly watch: PositionWatch;
  readonly notices: string[] = [];

  constructor(host: HostAtVenue, startChecker?: WatchParts["startChecker"]) {
    const { built, session, journal } = host.life;
    this.host = host;
    this.timers = new VirtualTimers(host.clock);
    const start = {
      directory: DIRECTORY,
      start: { segmentIndex: 1, sequence: 0 },
      shape: shapeOf(built.configuration),
    };
    this.watch = new PositionWatch({
      ...{ built, session, journal, timers: this.timers, clock: host.clock, everyNs: EVERY_NS },
      startChecker: startChecker ?? ((listener) => inlineChecker(host.disk)(start, listener)),
      onNotice: (level, text) => void this.notices.push(`${level}: ${text}`),
    });
    this.watch.start();
  }

  /** Buys at once, and lets the fills come. */
  buy(tag: number): void {
    const { ask } = this.host.top;
    this.host.ask({ tag, side: Side.BUY, price: ask + 50e8, quantity: 1_000 * LOT });
    this.host.pass(3);
  }

  /** Lets time pass until the next comparison. */
  minute(): void {
    this.host.pass(60);
    this.timers.advance(this.host.clock.nowNs);
  }

  get mode(): number {
    return this.host.life.built.modes.instrument[0] ?? 0;
  }

  get view() {
    return reconcileOf({ built: this.host.life.built, positions: this.watch });
  }

  count(name: keyof typeof CheckCount): number {
    return this.watch.counts[CheckCount[name]] ?? 0;
  }
}

/** A mistake for tests alone: a fill moves the position so many times. */
function seed({ positions }: HostAtVenue["life"]["built"], times: number): () => void {
  const right = positions.applyFill.bind(positions);
  positions.applyFill = (...given): number => {
    let code = 0;
    for (let time = 0; time < times; time++) code |= right(...given);
    return code;
  };
  return () => {
    positions.applyFill = right;
  };
}

async function armed(): Promise<WatchedHost> {
  const host = await HostAtVenue.open();
  const watched = new WatchedHost(host);
  host.arm();
  host.passUntil("a book", () => host.top.bid > 0 && host.top.ask > 0);
  host.pass(1);
  return watched;
}

describe("positions are computed a second time while the host trades", () => {
  let watched: WatchedHost;
  beforeEach(async () => {
    watched = await armed();
  });

  test("both agree from minute to minute, and that is counted, with the record at which they do", () => {
    for (let tag = 1; tag <= 4; tag++) {
      watched.buy(tag);
      watched.minute();
      assert.equal(watched.count("AGREED"), tag);
    }
    const { positions } = watched.view;
    assert.deepEqual([positions?.disagreed, positions?.unreadable, positions?.skipped], [0, 0, 0]);
    assert.ok((positions?.agreedSequence ?? 0) > 100);
    assert.equal(positions?.sinceAgreementSeconds, 0);
    assert.equal(watched.mode, TradingMode.ACTIVE);
    assert.deepEqual(watched.notices, []);
    watched.host.pass(10);
    assert.equal(Math.round(watched.view.positions?.sinceAgreementSeconds ?? 0), 10);
  });

  for (const [what, times] of [
    ["applied twice", 2],
    ["dropped", 0],
  ] as const)
    test(`a fill that the lane has ${what} is a break: listed, told, journalled, its instrument held, and nothing repaired`, () => {
      const { host } = watched;
      watched.buy(1);
      seed(host.life.built, times);
      watched.buy(2);
      const { positions, orders } = host.life.built;
      const row = positions.rowOf(positions.accountRow, 0);
      const wrong = positions.quantity[row];
      assert.equal(watched.mode, TradingMode.ACTIVE, "nobody has noticed yet");
      watched.minute();
      assert.equal(watched.count("DISAGREED"), 1);
      assert.equal(watched.mode, TradingMode.CANCEL_ONLY);
      assert.deepEqual(
        watched.view.breaks.map(({ code, about, isConfirmed, isAccepted }) => [
          code,
          about,
          isConfirmed,
          isAccepted,
        ]),
        [
          ["POSITION_DIFFERS", "BTCUSDT", true, false],
          ["COST_DIFFERS", "BTCUSDT", true, false],
        ],
      );
      const [listed] = watched.view.breaks;
      const filled = orders.columns.cumQty.reduce((sum, quantity) => sum + quantity, 0);
      assert.deepEqual([listed?.ours, listed?.theirs], [(wrong ?? 0) / 1e8, filled / 1e8].map(String));
      assert.match(
        watched.notices.join(),
        /^error: the two computations .*POSITION_DIFFERS of account in BTCUSDT at binance: the lane has/,
      );
      assert.equal(positions.quantity[row], wrong);
      host.life.journal.commit();
      const findings = readAll(host.disk, inspectJournal(host.disk, DIRECTORY, IDENTITY))
        .filter(({ type }) => type === RecordType.FINDING)
        .map(({ payload }) => readFindingRecord(Buffer.from(payload, "hex")))
        .filter(({ kind }) => kind === FindingKind.BREAK);
      assert.deepEqual(findings.map(({ instrumentId, ours, theirs }) => [instrumentId, ours, theirs])[0], [
        1,
        wrong,
        filled,
      ]);
    });

  test("its instrument stays held, and nobody arms, until a person has accepted each break; then the same difference is no news, and a greater one is", () => {
    const { host } = watched;
    const { session, built } = host.life;
    const right = seed(built, 2);
    watched.buy(1);
    right();
    watched.minute();
    assert.match(session.armRefusal ?? "", /two computations, say different things/);
    assert.throws(() => session.rearm(TradingMode.ACTIVE, ACCOUNT, 0), /SANDPIT_NOT_RECONCILED/);
    watched.minute();
    const { breaks } = watched.view;
    assert.equal(breaks.length, 2, "a minute later they are the same two");
    assert.equal(watched.notices.length, 1);
    for (const { id } of breaks) assert.equal(session.acceptBreak(id, ACCOUNT), true);
    host.passUntil("a reconciled venue", () => host.reconcileState === ReconcileState.RECONCILED, 30);
    session.rearm(TradingMode.ACTIVE, ACCOUNT, 0);
    watched.minute();
    assert.deepEqual([watched.count("DISAGREED"), watched.mode], [3, TradingMode.ACTIVE]);
    assert.equal(session.armRefusal, null);
    const again = seed(built, 2);
    watched.buy(2);
    again();
    watched.minute();
    assert.equal(watched.mode, TradingMode.CANCEL_ONLY);
    assert.deepEqual(
      watched.view.breaks.map(({ isAccepted }) => isAccepted),
      [false, false],
    );
    assert.ok(watched.view.breaks.every(({ id }) => breaks.every((old) => old.id !== id)));
  });

  test("fees that differ are no one instrument's: the account is CANCEL_ONLY", () => {
    watched.buy(1);
    const { balances, modes } = watched.host.life.built;
    balances.fees[1] = (balances.fees[1] ?? 0) + 1;
    watched.minute();
    assert.equal(modes.account[0], TradingMode.CANCEL_ONLY);
    assert.deepEqual(
      watched.view.breaks.map(({ code, about }) => [code, about]),
      [["FEES_DIFFER", "USDT"]],
    );
    const [one] = watched.view.breaks;
    const expected = balances.expectedWhole.slice();
    assert.ok(watched.host.life.session.acceptBreak(one?.id ?? 0, ACCOUNT));
    assert.deepEqual(
      balances.expectedWhole,
      expected,
      "no balance is taken anew: the venue has said nothing",
    );
  });

  test("a journal that cannot be read back is no one instrument's either, and is told once", () => {
    const { host } = watched;
    watched.minute();
    const name = `${DIRECTORY}/segment-0000000001.journal`;
    host.disk.flipBit(name, 8 * (host.disk.contentOf(name).length + 400));
    host.pass(20);
    host.life.journal.commit();
    host.disk.flipBit(name, 8 * (host.disk.contentOf(name).length - 10));
    watched.minute();
    watched.minute();
    assert.equal(watched.count("UNREADABLE"), 2);
    assert.equal(host.life.built.modes.account[0], TradingMode.CANCEL_ONLY);
    assert.deepEqual(
      watched.view.breaks.map(({ code, about }) => [code, about]),
      [["JOURNAL_UNREADABLE", "journal"]],
    );
    assert.equal(watched.notices.length, 1);
    assert.match(watched.notices[0] ?? "", /cannot be read back/);
  });
});

test("a disagreement is an input: the replay holds the same at the same place, and trades on where a person let it", async () => {
  const host = await HostAtVenue.open("real");
  const { session, built } = host.life;
  host.arm();
  host.pass(20);
  const about = { ...UNREADABLE, code: 4, instrument: 0, ours: "500000000", theirs: "400000001" } as const;
  session.disagree(writeDisagreement(about, 77));
  assert.equal(built.modes.instrument[0], TradingMode.CANCEL_ONLY);
  host.pass(5);
  for (const { id } of reconcileOf({ built }).breaks) session.acceptBreak(id, ACCOUNT);
  host.arm();
  host.pass(20);
  session.disagree(writeDisagreement(UNREADABLE, 78));
  assert.equal(built.modes.account[0], TradingMode.CANCEL_ONLY);
  host.pass(5);
  const [replay] = host.replay();
  assert.equal(replay?.divergence, null);
  assert.ok(replay.intents > 10, `${replay.intents} requests`);
  assert.equal(replay.stateHash, Buffer.from(stateDigest(built)).toString("hex"));
});

describe("a watch over positions", () => {
  let host: HostAtVenue;
  let listener: CheckerListener | null;
  let asked: number;
  let begun: number;
  let refusal: Error | null;
  let watched: WatchedHost;
  before(async () => {
    host = await HostAtVenue.open();
  });
  beforeEach(() => {
    [listener, asked, begun, refusal] = [null, 0, 0, null];
    watched = new WatchedHost(host, (given) => {
      if (refusal !== null) throw refusal;
      listener = given;
      begun += 1;
      const shape = shapeOf(host.life.built.configuration);
      return {
        snapshot: new LaneSnapshot(shape, new ArrayBuffer(LaneSnapshot.bytesOf(shape))),
        ask: () => (asked += 1),
        stop: () => Promise.resolve(),
      };
    });
  });

  test("asks nothing more while an answer is awaited, and says so by a count", () => {
    watched.minute();
    watched.minute();
    assert.deepEqual([asked, watched.count("SKIPPED")], [1, 1]);
    listener?.onAnswer({ state: "compared", sequence: 5, fills: 0, disagreements: [] });
    watched.minute();
    assert.deepEqual([asked, watched.count("AGREED"), watched.watch.agreedSequence], [2, 1, 5]);
  });

  test("asks once the journal's thread has written what the snapshot is compared with", () => {
    const { progress } = host.life.journal;
    const written = progress[1] ?? 0;
    progress[1] = 0;
    const commit = host.life.journal.commit.bind(host.life.journal);
    host.life.journal.commit = () => 0;
    watched.minute();
    assert.equal(asked, 0);
    host.life.journal.commit = commit;
    progress[1] = Math.max(written, progress[0] ?? 0);
    host.pass(1);
    watched.timers.advance(host.clock.nowNs);
    assert.equal(asked, 1);
  });

  test("begins again after its thread was lost, also where none could be had at once", () => {
    watched.minute();
    refusal = new Error("no more threads");
    listener?.onLost("out of memory");
    watched.minute();
    assert.deepEqual([asked, begun, watched.count("LOST"), watched.count("SKIPPED")], [1, 1, 2, 1]);
    refusal = null;
    watched.minute();
    assert.deepEqual([asked, begun], [2, 2]);
    assert.match(watched.notices.join(), /has stopped: out of memory.*has stopped: no more threads/s);
  });

  test("asks nothing of a journal that refuses, and nothing after its end", async () => {
    const { journal } = host.life.built.lane.parts;
    journal.refusal = JournalCode.FAILED;
    watched.minute();
    assert.deepEqual([asked, watched.count("SKIPPED")], [0, 1]);
    journal.refusal = 0;
    await watched.watch.stop();
    watched.minute();
    assert.equal(asked, 0);
  });
});
