import assert from "node:assert/strict";
import { test } from "node:test";
import { compareLedgers } from "../../../cli/live/ledger-comparison.ts";
import { coinbaseBalances } from "../../../cli/simulation/simulated-account.ts";
import { feesRoundedUp } from "../../../cli/simulation/fee-rounding.ts";
import { ControlDesk } from "../../../host/control/api/control-desk.ts";
import { reconcileOf } from "../../../host/control/api/views/reconcile-view.ts";
import { replayJournal } from "../../../host/control/replay.ts";
import { explainOrder, parseOrderId } from "../../../host/control/story/index.ts";
import { TradingMode } from "../../../host/execution/risk/index.ts";
import { LaneCounter, stateDigest } from "../../../host/lane/index.ts";
import { VirtualClock } from "../../../host/platform/index.ts";
import type { SessionEnd } from "../../../host/main.ts";
import { CoinbaseChaosVenue } from "../../chaos/world/coinbase-chaos-venue.ts";
import { HostLife } from "../../chaos/world/host-life.ts";
import { IDENTITY, JOURNAL, worldConfiguration } from "../../chaos/world/world-configuration.ts";
import { worldModules } from "../../chaos/world/world-modules.ts";
import { SimDisk } from "../../support/sim-disk.ts";
import { listedChooser } from "../../support/sim-inode.ts";

const NS_PER_SECOND = 1e9;
const START_WALL_MS = 1_704_067_200_000;
const LEDGER_SCALE = 100_000_000n;
/** A round of questions begins each minute, and is over within seconds. */
const ROUND_SECONDS = 65;
/** Enough for the bundled agents to have traded some times. */
const TRADE_SECONDS = 40;
const PATIENCE_SECONDS = 90;

const modules = await worldModules();

/** Whole hosts, one after the other, with the bundled agents at a simulated Coinbase, on one journal. */
class Hosts {
  readonly disk: SimDisk = new SimDisk();
  readonly venue: CoinbaseChaosVenue = new CoinbaseChaosVenue({
    ...{ seed: 5, startWallMs: START_WALL_MS, publicKeyPem: modules.keys.publicKeyPem },
    ...{ latencyNs: 2e6, jitterNs: 1e6, commandsPerSecond: 60 },
  });
  readonly #clock = new VirtualClock(START_WALL_MS);
  #life: HostLife | null = null;
  #lives = 0;

  get life(): HostLife {
    assert.ok(this.#life !== null);
    return this.#life;
  }

  /** The next host, connected, reconciled and armed. */
  async start(): Promise<void> {
    this.#lives += 1;
    this.#life = await HostLife.begin({
      ...{
        number: this.#lives,
        seed: this.#lives,
        configuration: worldConfiguration(["coinbase"], "bundled"),
      },
      ...{ modules: modules.bytes, privateKeyPem: modules.keys.privateKeyPem },
      ...{ disk: this.disk, clock: this.#clock, venues: [this.venue] },
      ...{ onSent: () => undefined, onNotice: () => undefined },
    });
    for (let second = 0; this.life.host.session.armRefusal !== null; second++) {
      assert.ok(second < PATIENCE_SECONDS, this.life.host.session.armRefusal);
      await this.pass(1);
    }
    for (const instrument of [null, "BTC-USD.COINBASE"]) this.#arm(instrument);
  }

  /** Stops the host in order. */
  async stop(): Promise<SessionEnd> {
    const ended: SessionEnd[] = [];
    const failed: unknown[] = [];
    this.life.stop(
      (end) => ended.push(end),
      (error: unknown) => failed.push(error),
    );
    for (let second = 0; second < PATIENCE_SECONDS && ended.length + failed.length === 0; second++)
      await this.pass(1);
    assert.deepEqual(failed, []);
    const [end] = ended;
    assert.ok(end !== undefined);
    this.#life = null;
    return end;
  }

  /** The process dies after it has written everything. Answers the state that it was in. */
  kill(): string {
    const { built } = this.life.host;
    built.lane.parts.journal.commit();
    const stateHash = Buffer.from(stateDigest(built)).toString("hex");
    this.#life = null;
    this.disk.crash(listedChooser([], 0));
    this.venue.cutOf("all")(this.#clock.nowNs);
    return stateHash;
  }

  async pass(seconds: number): Promise<void> {
    const untilNs = this.#clock.nowNs + seconds * NS_PER_SECOND;
    for (;;) {
      const nextNs = Math.min(this.venue.nextNs, this.#life?.nextNs ?? Number.POSITIVE_INFINITY);
      if (nextNs > untilNs) break;
      const timeNs = Math.max(nextNs, this.#clock.nowNs);
      this.#clock.set(timeNs);
      if (this.venue.nextNs <= timeNs) this.venue.advance(timeNs);
      this.#life?.run(timeNs);
      // What the host has promised comes true between two moments.
      await Promise.resolve();
    }
    this.#clock.set(untilNs);
  }

  /** What the host's books and the venue's ledger differ in. */
  differences(): unknown[] {
    const { venue } = this.venue;
    const ledger = coinbaseBalances
      .filter(({ asset }) => asset !== "ETH")
      .map(({ asset, amount }) => ({
        ...{ venueIndex: 0, asset, opening: amount * LEDGER_SCALE, ...this.venue.purse(asset) },
        feesRoundedUp: feesRoundedUp(venue, asset),
      }));
    return compareLedgers(this.life.host.built, ledger).filter(({ isEqual }) => !isEqual);
  }

  get changed(): number {
    return this.life.host.built.lane.counters[LaneCounter.AMENDMENTS] ?? 0;
  }

  #arm(instrument: string | null): void {
    const { account, instrument: modes } = this.life.host.built.modes;
    if ((instrument === null ? account[0] : modes[0]) === TradingMode.ACTIVE) return;
    const person = { name: "a tester", role: "operator" } as const;
    new ControlDesk(this.life.host).rearm(person, { mode: "ACTIVE", instrument, reason: "a test" });
  }
}

for (const [title, isKilled] of [
  ["stopped in order", false],
  ["killed", true],
] as const)
  test(`[V16] trades that are undone and corrected after their host was ${title}, and in its own time, are so in the next host, by every replay, and in their orders' stories`, async () => {
    const hosts = new Hosts();
    const states: string[] = [];
    const end = async (): Promise<void> =>
      void states.push(isKilled ? hosts.kill() : (await hosts.stop()).stateHash);
    await hosts.start();
    await hosts.pass(TRADE_SECONDS);
    await end();
    // The newest trade is one of the host that is gone. It is undone while nobody is there.
    hosts.venue.changeTrade("bust", ["0"]);
    await hosts.start();
    assert.deepEqual([hosts.changed, hosts.differences()], [1, []]);
    hosts.venue.changeTrade("correct", ["1", "50", "7"]);
    await hosts.pass(ROUND_SECONDS);
    assert.equal(hosts.changed, 2);
    await hosts.pass(TRADE_SECONDS);
    hosts.venue.changeTrade("bust", ["0"]);
    await hosts.pass(ROUND_SECONDS);
    assert.equal(hosts.changed, 3);
    const { breaks } = reconcileOf(hosts.life.host);
    assert.deepEqual(
      breaks.map(({ code }) => code),
      ["TRADE_UNDONE", "TRADE_CORRECTED", "TRADE_UNDONE"],
    );
    assert.equal(hosts.life.host.built.lane.counters[LaneCounter.HALTS], 0);
    await end();
    await hosts.start();
    assert.deepEqual(
      [hosts.changed, hosts.differences()],
      [0, []],
      "they are carried over, and not undone again",
    );
    states.push((await hosts.stop()).stateHash);
    const replays = replayJournal(hosts.disk, JOURNAL, IDENTITY);
    assert.deepEqual(
      replays.map(({ divergence, stateHash }) => [divergence, stateHash]),
      states.map((state) => [null, state]),
    );
    const stories = breaks.map(({ clientOrderId }) => {
      const id = parseOrderId(clientOrderId ?? "");
      assert.ok(id !== null, clientOrderId ?? "no order");
      return [
        id.epoch,
        explainOrder(hosts.disk, JOURNAL, IDENTITY, id)
          .map(({ text }) => text)
          .join("\n"),
      ] as const;
    });
    assert.deepEqual(
      stories.map(([epoch, text]) => [
        epoch,
        /undone by the venue/.test(text),
        /corrected by the venue/.test(text),
      ]),
      [
        [1, true, false],
        [1, false, true],
        [2, true, false],
      ],
    );
  });

test("[V16] a trade that is undone between a start's questions about trades and about balances is taken off the balances once", async () => {
  const hosts = new Hosts();
  await hosts.start();
  await hosts.pass(TRADE_SECONDS);
  await hosts.stop();
  const { venue } = hosts.venue;
  const rest = venue.rest.bind(venue);
  let isListed = false;
  venue.rest = (request, nowNs, reply) => {
    // The question of the round, not the gateway's own, which asks for what is new alone.
    if (request.path.endsWith("/fills")) isListed ||= !request.query.includes("start_sequence_timestamp");
    if (request.path.endsWith("/accounts") && isListed && venue.tradeChanges.length === 0)
      hosts.venue.changeTrade("bust", ["0"]);
    rest(request, nowNs, reply);
  };
  await hosts.start();
  assert.equal(venue.tradeChanges.length, 1);
  // Two rounds in which a difference would become a break, and one more.
  await hosts.pass(3 * ROUND_SECONDS);
  assert.equal(hosts.changed, 1);
  const { breaks, venues } = reconcileOf(hosts.life.host);
  assert.deepEqual(
    [breaks.map(({ code }) => code), venues.map(({ state }) => state)],
    [["TRADE_UNDONE"], ["RECONCILED"]],
  );
  assert.deepEqual(hosts.differences(), []);
});
