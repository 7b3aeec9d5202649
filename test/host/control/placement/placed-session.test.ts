import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openHostJournal } from "../../../../host/control/open-host-journal.ts";
import { PlacedPlugins } from "../../../../host/control/placement/index.ts";
import { replayJournal } from "../../../../host/control/replay.ts";
import { writeSessionStart } from "../../../../host/control/session-records.ts";
import { TradingSession } from "../../../../host/control/trading-session.ts";
import type { PluginSlot, StartWorker } from "../../../../host/engine/index.ts";
import { FaultCode, ShadowCount } from "../../../../host/engine/index.ts";
import { Channel } from "../../../../host/execution/gateways/index.ts";
import { rearmOrder, TradingMode } from "../../../../host/execution/risk/index.ts";
import type { BuiltLane } from "../../../../host/lane/index.ts";
import { buildLane, LaneCounter, LatencyCell, stateDigest } from "../../../../host/lane/index.ts";
import { NodeDisk } from "../../../../host/platform/disk/index.ts";
import { SystemClock, SystemRandom, SystemTimers } from "../../../../host/platform/index.ts";
import { startThread } from "../../../../host/platform/threads/index.ts";
import { freshDirectory } from "../../../cli/sandpit.ts";
import { ASK, BID, delta, SIZE } from "../../../support/lane-under-test.ts";
import { onThread, placedConfiguration } from "../../../support/placed-lane.ts";
import { puppetModules, puppetNames } from "../../../support/puppet-plugins.ts";
import { writeRecord } from "../../../support/record-writer.ts";
import { TakingGateway } from "../../../support/taking-gateway.ts";
import { Misdeed } from "../../../../bench/misdeeds.ts";
import { hostileAgent, tradingAgent } from "../../../support/thread-agents.ts";

const disk = new NodeDisk();
const identity = { account: "test", environment: "development" } as const;
let puppets: ReadonlyMap<string, Uint8Array>;
before(async () => {
  puppets = await puppetModules();
});

const begun: ThreadedSession[] = [];
// What a failed test leaves would keep the process alive.
after(async () => {
  for (const { session, placed } of begun) {
    session.stop();
    await placed.end();
  }
});

/** A session on real threads, real clocks and a real journal, with the agent `one` on a thread. */
class ThreadedSession {
  readonly built: BuiltLane;
  readonly session: TradingSession;
  readonly placed: PlacedPlugins;
  readonly gateway = new TakingGateway();
  readonly directory: string;
  private readonly journal: Awaited<ReturnType<typeof openHostJournal>>;
  private updateId = 100;

  private constructor(
    journal: Awaited<ReturnType<typeof openHostJournal>>,
    directory: string,
    agent: Uint8Array,
    start?: StartWorker,
  ) {
    this.journal = journal;
    this.directory = directory;
    const clock = new SystemClock();
    const timers = new SystemTimers();
    const parts = { instrumentCount: 2, timers, clock };
    this.placed = new PlacedPlugins(start === undefined ? parts : { ...parts, start });
    const modules = new Map([...puppets, [puppetNames.agent, agent] as const]);
    const configuration = { ...placedConfiguration(["one"]), epoch: journal.epoch };
    const [one] = configuration.agents;
    const agents = one === undefined ? [] : [{ ...one, placement: { ...onThread, deadlineNs: 20e6 } }];
    const lane = { ...configuration, agents };
    this.built = buildLane(lane, modules, journal.writer, this.placed);
    const { built, placed } = this;
    this.session = new TradingSession({
      built,
      clock,
      stopwatch: clock,
      timers,
      onNotice: () => undefined,
      placed,
    });
    writeSessionStart(journal.writer, { configuration: lane, modules });
    this.session.start([this.gateway]);
    placed.start(built, this.session);
    this.makeLive();
    begun.push(this);
  }

  static async of(agent: Uint8Array, start?: StartWorker): Promise<ThreadedSession> {
    const directory = freshDirectory();
    const options = { directory, identity, durability: "process" as const, isSyncedInBackground: false };
    const ports = { clock: new SystemClock(), random: new SystemRandom() };
    return new ThreadedSession(await openHostJournal(disk, options, ports), directory, agent, start);
  }

  get one(): PluginSlot {
    const slot = this.built.slots.find(({ name }) => name === "one");
    if (slot === undefined) throw new Error("there is no agent");
    return slot;
  }

  counted(counter: number): number {
    return this.built.lane.counters[counter] ?? 0;
  }

  private makeLive(): void {
    this.session.onLine(Channel.MARKET, true);
    this.session.onLine(Channel.ORDERS, true);
    this.session.rearm(TradingMode.ACTIVE, rearmOrder("a tester", "a test"));
    const ids = { firstUpdateId: 101, lastUpdateId: 101, instrumentId: 1 };
    this.frame(delta({ ...ids, bids: [], asks: [] }));
    const levels = { bids: [[BID, SIZE] as const], asks: [[ASK, SIZE] as const] };
    this.frame(delta({ ...ids, snapshot: 1, ...levels }), Channel.REST);
    this.frame(delta({ firstUpdateId: 102, lastUpdateId: 102, instrumentId: 1, bids: [], asks: [] }));
    this.updateId = 102;
  }

  private frame(bytes: Buffer, channel: Channel = Channel.MARKET): void {
    this.session.onFrame(channel, 0, bytes, bytes.length);
  }

  quote(): void {
    this.updateId += 1;
    const prices = { bidPrice: BID, askPrice: ASK, bidSize: SIZE, askSize: SIZE };
    this.frame(writeRecord("Quote", { updateId: this.updateId, instrumentId: 1, ...prices }));
  }

  /** Quotes until something is so. Bounded by ten seconds: what never comes is a failure, not a hang. */
  async quoteUntil(isSo: () => boolean): Promise<void> {
    const end = performance.now() + 10_000;
    while (!isSo()) {
      assert.ok(performance.now() < end, `it never came: ${JSON.stringify(this.one.lastFault)}`);
      this.quote();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** Ends the session; the state that it ended with and what a replay of its journal says. */
  async end(): Promise<void> {
    this.session.cancelAll(TradingMode.CANCEL_ONLY);
    this.session.stop();
    await this.placed.end();
    const hash = stateDigest(this.built);
    this.journal.writer.close(this.built.lane.nowNs, hash);
    await this.journal.release();
    const [replay] = replayJournal(disk, this.directory, identity);
    assert.equal(replay?.divergence, null);
    assert.equal(replay.stateHash, Buffer.from(hash).toString("hex"));
    assert.equal(replay.orderHash, this.session.orderHash());
  }
}

test("[P17] an agent on a thread of its own trades, and its session replays from the journal to the same orders and state", async () => {
  const under = await ThreadedSession.of(await tradingAgent());
  await under.quoteUntil(() => under.gateway.sent.length >= 20);
  assert.ok(under.counted(LaneCounter.PLACED_OUTPUTS) >= 20);
  assert.ok((under.session.latency.summary[LatencyCell.COUNT] ?? 0) >= 20);
  await under.end();
});

for (const [title, misdeed, codes] of [
  ["[P1] spins", Misdeed.SPIN, [FaultCode.GAS, FaultCode.THREAD]],
  ["[P3] recurses", Misdeed.RECURSE, [FaultCode.DEPTH]],
  ["[P4] grows", Misdeed.GROW, [FaultCode.GAS, FaultCode.TRAP, FaultCode.THREAD]],
  ["[P10] floods", Misdeed.FLOOD, [FaultCode.OUTPUT]],
  ["[P13] traps", Misdeed.TRAP, [FaultCode.TRAP]],
] as const)
  test(`${title} on a thread of its own: stopped, while the lane goes on, and the journal replays`, async () => {
    const under = await ThreadedSession.of(await hostileAgent(misdeed));
    await under.quoteUntil(() => under.one.state === "faulted");
    assert.ok(
      codes.some((code) => code === under.one.lastFault?.code),
      JSON.stringify(under.one.lastFault),
    );
    const steps = under.counted(LaneCounter.STEPS);
    under.quote();
    assert.equal(under.counted(LaneCounter.STEPS), steps + 1);
    await under.end();
  });

test("[P2] [R7] a thread that never comes back from a call is ended, and the host waits for nothing", async () => {
  const entry = new URL("./fixtures/stuck-thread.ts", import.meta.url);
  let ended = false;
  const under = await ThreadedSession.of(await tradingAgent(), (input, wake) => {
    const thread = startThread(entry, input, wake);
    void thread.ended.then(() => (ended = true));
    return thread;
  });
  await under.quoteUntil(() => under.one.state === "faulted");
  assert.equal(under.one.lastFault?.code, FaultCode.THREAD);
  assert.match(under.one.lastFault.reason, /one call took longer than \d+ ms/);
  await under.quoteUntil(() => ended);
  await under.end();
});

test("a thread that is killed from outside is replaced by one that goes on trading under the next generation", async () => {
  const threads: ReturnType<StartWorker>[] = [];
  const entry = new URL("../../../../host/engine/placement/plugin-thread.ts", import.meta.url);
  const under = await ThreadedSession.of(await tradingAgent(), (input, wake) => {
    const thread = startThread(entry, input, wake);
    threads.push(thread);
    return thread;
  });
  await under.quoteUntil(() => under.gateway.sent.length >= 5);
  await threads[0]?.terminate();
  await under.quoteUntil(() => under.one.state === "faulted");
  assert.ok(under.placed.resume(under.one));
  const sent = under.gateway.sent.length;
  await under.quoteUntil(() => under.gateway.sent.length >= sent + 5);
  assert.deepEqual([under.one.generation, threads.length], [2, 2]);
  await under.end();
});

test("[H5] [P17] a plugin on a thread is shadowed, promoted, rolled back and replaced while it trades, and the journal replays to the same orders and state without a thread", async () => {
  const under = await ThreadedSession.of(await tradingAgent());
  await under.quoteUntil(() => under.gateway.sent.length >= 5);
  const source = under.built.sources.get("one");
  assert.ok(source !== undefined);
  const { module } = source;
  for (const action of ["shadow", "replace"] as const) {
    const made = module.instantiate(under.built.pool);
    const ready = under.placed.prepare(under.one, { action, isFresh: false }, made);
    let isReady = false;
    void ready.then(() => (isReady = true));
    await under.quoteUntil(() => isReady);
    const change = { slot: "one", isFresh: false, person: "ann", reason: "a test" };
    under.session.changePlugin({ ...change, action }, source, made);
    if (action === "replace") break;
    await under.quoteUntil(() => (under.one.shadow?.counts[ShadowCount.EQUAL] ?? 0) >= 20);
    under.session.changePlugin({ ...change, action: "promote" });
    const sent = under.gateway.sent.length;
    await under.quoteUntil(() => under.gateway.sent.length >= sent + 5);
    under.session.changePlugin({ ...change, action: "rollback" });
  }
  const sent = under.gateway.sent.length;
  await under.quoteUntil(() => under.gateway.sent.length >= sent + 5);
  assert.deepEqual([under.one.generation, under.one.state], [4, "running"]);
  await under.end();
});

test("[H7] thirty threads that are ended one after the other leave one alive, and none at the end", async () => {
  const entry = new URL("../../../../host/engine/placement/plugin-thread.ts", import.meta.url);
  const threads: ReturnType<StartWorker>[] = [];
  let ended = 0;
  const under = await ThreadedSession.of(await tradingAgent(), (input, wake) => {
    const thread = startThread(entry, input, wake);
    threads.push(thread);
    void thread.ended.then(() => (ended += 1));
    return thread;
  });
  const channel = under.placed.channelOf("one");
  for (let round = 0; round < 30; round++) {
    await under.quoteUntil(() => channel?.isReady === true);
    await threads.at(-1)?.terminate();
    await under.quoteUntil(() => under.one.state === "faulted");
    assert.ok(under.placed.resume(under.one));
  }
  assert.deepEqual([threads.length, ended, under.one.generation], [31, 30, 31]);
  await under.end();
  assert.equal(ended, 31);
});
