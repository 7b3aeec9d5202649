import { createHash } from "node:crypto";
import { replayJournal } from "../../../host/control/replay.ts";
import { JournalError } from "../../../host/journal/index.ts";
import { DiskError } from "../../../host/platform/disk/index.ts";
import { LaneCounter } from "../../../host/lane/index.ts";
import { VirtualClock, VirtualTimers } from "../../../host/platform/index.ts";
import { SimDisk, SimulatedCrash } from "../../support/sim-disk.ts";
import { listedChooser, seededChooser } from "../../support/sim-inode.ts";
import { BookJudge } from "../judges/book-judge.ts";
import { GapJudge } from "../judges/gap-judge.ts";
import { HaltJudge } from "../judges/halt-judge.ts";
import type { Judge, JudgedWorld } from "../judges/judge.ts";
import { LedgerJudge } from "../judges/ledger-judge.ts";
import { ModeJudge } from "../judges/mode-judge.ts";
import { FreshJudge, IdJudge, IntentJudge, LimitJudge } from "../judges/order-judges.ts";
import { ReserveJudge } from "../judges/reserve-judge.ts";
import { isNewOrder } from "../judges/wire-record.ts";
import type { SentRequest } from "../judges/wire-record.ts";
import { BinanceChaosVenue } from "./binance-chaos-venue.ts";
import type { ChaosVenue } from "./chaos-venue.ts";
import type { ChaosWire } from "./chaos-wire.ts";
import { CoinbaseChaosVenue } from "./coinbase-chaos-venue.ts";
import { Dice } from "./dice.ts";
import { FAULT_KINDS, faultKinds } from "./fault-kind.ts";
import type { FaultKind } from "./fault-kind.ts";
import type { FaultPlan } from "./fault-plan.ts";
import { HostLife } from "./host-life.ts";
import { Operator } from "./operator.ts";
import type { StrikePlace } from "./strikes.ts";
import { heal, STRIKES } from "./strikes.ts";
import { Swaps } from "./swaps.ts";
import { IDENTITY, JOURNAL, worldConfiguration } from "./world-configuration.ts";
import type { WorldModules } from "./world-modules.ts";

const START_WALL_MS = 1_704_067_200_000;
const NS_PER_SECOND = 1e9;
const LOOK_NS = NS_PER_SECOND;
/** After the healing: the longest wait between two tries of a connection is 60 s, and an operator wants to look. */
const RECOVER_NS = 100 * NS_PER_SECOND;
/** After the last halt: cancels are tried again each second. */
const REST_NS = 20 * NS_PER_SECOND;

/** What is wrong, and when. */
export interface Complaint {
  readonly judge: string;
  readonly atSeconds: number;
  readonly text: string;
}

export interface WorldFacts {
  readonly complaints: readonly Complaint[];
  /** Digest of every order, fill, fault, birth and death, in order, with their times. */
  readonly hash: string;
  readonly simulatedSeconds: number;
  readonly lives: number;
  readonly orders: number;
  readonly fills: number;
  readonly frames: number;
  readonly swaps: number;
  readonly booksCompared: number;
  /** The most orders that were open on one side of one venue. */
  readonly mostOpen: number;
  readonly rearms: number;
  /** Differences between the books that the host had admitted by a restriction. */
  readonly admitted: number;
  /** Gaps in the numbers of accounts' messages that were handed to a host. */
  readonly gaps: number;
  /** Restarts by the operator because the host could not resolve a doubt by itself. */
  readonly doubts: number;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
}

/** One seed: venues, a person, a disk, and one host after the other, in one virtual time, with everything that goes wrong. */
export class ChaosWorld implements JudgedWorld {
  readonly venues: readonly ChaosVenue[];
  readonly disk: SimDisk = new SimDisk();
  life: HostLife | null = null;
  private readonly plan: FaultPlan;
  private readonly modules: WorldModules;
  private readonly clock = new VirtualClock(START_WALL_MS);
  private readonly agenda = new VirtualTimers(this.clock);
  private readonly dice: Dice;
  private readonly operator: Operator;
  private readonly swaps: Swaps;
  private readonly judges: readonly Judge[];
  private readonly ledgers: LedgerJudge;
  private readonly books: BookJudge;
  private readonly reserves: ReserveJudge;
  private readonly gaps: GapJudge;
  private readonly complaints: Complaint[] = [];
  private readonly trace = createHash("sha256");
  private readonly struck: Partial<Record<FaultKind, number>> = {};
  private readonly fillsTraced: number[];
  private lives = 0;
  private orders = 0;
  private frames = 0;
  private bornOnNs = 0;
  private isHealed = false;
  private isOver = false;
  private readonly note: (text: string) => void;

  constructor(plan: FaultPlan, modules: WorldModules, note: (text: string) => void = () => undefined) {
    this.plan = plan;
    this.modules = modules;
    this.note = (text) => note(`${(this.nowNs / NS_PER_SECOND).toFixed(3)} ${text}`);
    const { seed, latencyNs, jitterNs, commandsPerSecond } = plan;
    const { publicKeyPem } = modules.keys;
    const rest = { startWallMs: START_WALL_MS, publicKeyPem, latencyNs, jitterNs, commandsPerSecond };
    this.dice = new Dice(seed, "world");
    this.venues = plan.venues.map((kind, index) => {
      const options = { ...rest, seed: seed * 10 + index };
      return kind === "binance" ? new BinanceChaosVenue(options) : new CoinbaseChaosVenue(options);
    });
    this.fillsTraced = this.venues.map(() => 0);
    this.swaps = new Swaps(new Dice(seed, "swaps"), modules.rebuilt);
    const complain = (judge: string, text: string): void => this.complain(judge, text);
    this.ledgers = new LedgerJudge(this, complain, LaneCounter);
    this.books = new BookJudge(this, complain);
    this.reserves = new ReserveJudge(this, complain);
    this.gaps = new GapJudge(this, complain);
    this.judges = [
      new IdJudge(this, complain),
      new IntentJudge(this, complain),
      new LimitJudge(this, complain),
      new FreshJudge(this, complain),
      new ModeJudge(this, complain),
      new HaltJudge(this, complain, plan),
      this.gaps,
      this.books,
      this.ledgers,
      this.reserves,
    ];
    this.operator = new Operator({
      dice: new Dice(seed, "operator"),
      venues: this.venues,
      booksAgree: (life, index) => this.ledgers.difference(life, index) === null,
      restart: (reason) => this.restart(reason),
      repair: (reason) => {
        this.note(`repair: ${reason}`);
        this.die("power");
      },
      note: this.note,
    });
  }

  get nowNs(): number {
    return this.clock.nowNs;
  }

  get haltedByHandNs(): number | null {
    return this.operator.haltedNs;
  }

  /** Runs to the end, or to the first complaint. */
  async run(): Promise<WorldFacts> {
    for (const kind of faultKinds) this.schedule(kind);
    this.agenda.after(LOOK_NS, () => this.look());
    this.agenda.after(this.plan.seconds * NS_PER_SECOND, () => this.heal());
    while (!this.isOver && this.complaints.length === 0) {
      if (this.life === null && this.nowNs >= this.bornOnNs) await this.bear();
      this.step();
      // What the host has promised comes true between two moments.
      await Promise.resolve();
    }
    return this.facts();
  }

  private step(): void {
    let nextNs = this.agenda.nextNs;
    for (const venue of this.venues) nextNs = Math.min(nextNs, venue.nextNs);
    nextNs = Math.min(nextNs, this.life?.nextNs ?? this.bornOnNs);
    const timeNs = Math.max(nextNs, this.nowNs);
    this.clock.set(timeNs);
    for (const venue of this.venues) if (venue.nextNs <= timeNs) venue.advance(timeNs);
    this.guarded(() => this.life?.run(timeNs));
    this.agenda.advance(timeNs);
    if (this.disk.isDead) this.die("power");
  }

  /** Runs what may reach the host, and lets the host die of its disk. */
  private guarded(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.failed(error);
    }
  }

  private failed(error: unknown): void {
    if (error instanceof SimulatedCrash || this.disk.isDead) this.die("power");
    else this.complain("exceptions", error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  private async bear(): Promise<void> {
    const { plan, modules, disk, clock, venues } = this;
    this.lives += 1;
    const parts = {
      number: this.lives,
      seed: plan.seed * 1_000 + this.lives,
      configuration: worldConfiguration(plan.venues, plan.agents),
      modules: modules.bytes,
      privateKeyPem: modules.keys.privateKeyPem,
    };
    try {
      const life = await HostLife.begin({
        ...parts,
        disk,
        clock,
        venues,
        onSent: (request, wire) => this.onSent(request, wire),
        onNotice: (level, text) => {
          this.note(`life ${parts.number} ${level}: ${text}`);
          if (level === "error") this.operator.onError(text, this.nowNs);
        },
      });
      this.life = life;
      this.traced(`born ${life.host.epoch} ${life.host.recovery.verdict}`);
      for (const judge of this.judges) judge.onBirth?.(life);
      this.operator.onBirth(this.nowNs);
    } catch (error) {
      this.stillborn(error);
    }
  }

  /** A start may fail of an injected fault of the disk; of nothing else. */
  private stillborn(error: unknown): void {
    const isOfDisk =
      error instanceof SimulatedCrash ||
      (error instanceof DiskError && error.message.includes("injected")) ||
      (error instanceof JournalError && error.code === "START_FAILED");
    if (isOfDisk || this.disk.isDead) this.die("power");
    else this.complain("starts", error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  private die(how: "process" | "power"): void {
    this.traced(`died ${how}`);
    this.countFrames();
    this.life = null;
    this.disk.crash(how === "process" ? listedChooser([], 0) : seededChooser(this.dice.index(2 ** 31)));
    // What was on its way arrives: the venue learns only later that nobody is there any more.
    const noticedNs = this.dice.between(0.05, 1.5) * NS_PER_SECOND;
    const cuts = this.venues.map((venue) => venue.cutOf("all"));
    this.agenda.after(noticedNs, () => {
      for (const cut of cuts) cut(this.nowNs);
    });
    this.bornOnNs = this.nowNs + noticedNs + this.dice.between(0.5, 10) * NS_PER_SECOND;
  }

  private restart(reason: string): void {
    const { life } = this;
    if (life === null || life.isEnding) return;
    this.note(`restart: ${reason}`);
    life.stop(
      (end) => {
        if (this.life !== life) return;
        this.traced(`ended ${end.stateHash} ${end.orderHash} ${end.openOrders}`);
        this.countFrames();
        this.life = null;
        this.bornOnNs = this.nowNs + this.dice.between(0.5, 5) * NS_PER_SECOND;
      },
      (error: unknown) => {
        if (this.life === life) this.failed(error);
      },
    );
  }

  private onSent(request: SentRequest, wire: ChaosWire): void {
    if (isNewOrder(request)) this.orders += 1;
    this.traced(request.text);
    for (const judge of this.judges) judge.onSent?.(request, wire);
  }

  private look(): void {
    this.agenda.after(LOOK_NS, () => this.look());
    this.traceFills();
    for (const judge of this.judges) judge.look?.();
    const { life } = this;
    if (life !== null && !life.isEnding && life.pausedUntilNs <= this.nowNs)
      this.guarded(() => this.operator.look(life, this.nowNs));
  }

  private schedule(kind: FaultKind): void {
    const mean = this.plan.meanSeconds[kind];
    if (mean === undefined) return;
    const dice = new Dice(this.plan.seed, kind);
    const again = (): void =>
      void this.agenda.after(dice.waitNs(mean * NS_PER_SECOND), () => {
        if (this.isHealed) return;
        this.strike(kind, dice);
        again();
      });
    again();
  }

  private strike(kind: FaultKind, dice: Dice): void {
    const { life, nowNs, disk, operator, swaps } = this;
    const common = STRIKES[kind];
    const able = this.venues.filter(({ faults }) => common !== undefined || faults.has(kind));
    if (life === null || life.isEnding || able.length === 0 || life.pausedUntilNs > nowNs) return;
    const venue = dice.pick(able);
    const venueIndex = this.venues.indexOf(venue);
    const wire = life.wires[venueIndex];
    if (wire === undefined) return;
    this.struck[kind] = (this.struck[kind] ?? 0) + 1;
    this.traced(`${kind} at ${venueIndex}`);
    const place: StrikePlace = {
      ...{ nowNs, dice, life, wire, disk, operator, swaps },
      later: (delayNs, call) => void this.agenda.after(delayNs, call),
      die: (how) => this.die(how),
      restart: (reason) => this.restart(reason),
    };
    this.guarded(() => (common === undefined ? venue.strike(kind, place) : common(place)));
  }

  private heal(): void {
    this.isHealed = true;
    this.traced("healed");
    this.disk.clearInjections();
    heal(this.venues, this.life);
    this.agenda.after(RECOVER_NS, () => this.leave());
  }

  /** The last halt: from then on nothing is sent but cancels. A host that is just being started again is waited for. */
  private leave(): void {
    const { life } = this;
    if (life === null || life.isEnding) {
      this.agenda.after(NS_PER_SECOND, () => this.leave());
      return;
    }
    this.operator.leave(life, this.nowNs);
    this.agenda.after(REST_NS, () => {
      this.traceFills();
      for (const judge of this.judges) judge.atRest?.();
      if (this.complaints.length === 0) this.end(life);
    });
  }

  private end(life: HostLife): void {
    life.stop(
      ({ openOrders, journalCode, stateHash, orderHash }) => {
        if (openOrders !== 0) this.complain("end", `${openOrders} orders are open at the orderly end`);
        if (journalCode !== 0) this.complain("end", `the journal would not close: ${journalCode}`);
        this.traced(`end ${stateHash} ${orderHash}`);
        this.countFrames();
        this.judgeReplay();
        this.isOver = true;
      },
      (error: unknown) => this.failed(error),
    );
  }

  /**
   * [I5] Every life's journal makes the same orders and the same state again, also of lives that were cut short. Where the disk took no more, up to the
   * record that says so, or to the last that is there.
   */
  private judgeReplay(): void {
    for (const { epoch, divergence } of replayJournal(this.disk, JOURNAL, IDENTITY))
      if (divergence !== null)
        this.complain("replay", `start ${epoch}, record ${divergence.sequence}: ${divergence.reason}`);
  }

  private countFrames(): void {
    this.frames += this.life?.host.built.lane.counters[LaneCounter.STEPS] ?? 0;
  }

  private traceFills(): void {
    for (const [index, { record }] of this.venues.entries()) {
      for (const { tradeId, quantity, timeNs } of record.fills.slice(this.fillsTraced[index]))
        this.traced(`fill ${index} ${tradeId} ${quantity} ${timeNs}`);
      this.fillsTraced[index] = record.fills.length;
    }
  }

  private traced(text: string): void {
    this.trace.update(`${this.nowNs} ${text}\n`);
    this.note(text);
  }

  private complain(judge: string, text: string): void {
    this.note(`COMPLAINT ${judge}: ${text}`);
    this.complaints.push({ judge, atSeconds: this.nowNs / NS_PER_SECOND, text });
  }

  private facts(): WorldFacts {
    return {
      complaints: this.complaints,
      hash: this.trace.copy().digest("hex"),
      simulatedSeconds: this.nowNs / NS_PER_SECOND,
      lives: this.lives,
      orders: this.orders,
      fills: this.venues.reduce((sum, { record }) => sum + record.fills.length, 0),
      frames: this.frames,
      swaps: this.swaps.done,
      booksCompared: this.books.compared,
      mostOpen: this.reserves.mostOpen,
      rearms: this.operator.rearms,
      admitted: this.ledgers.admitted,
      gaps: this.gaps.judged,
      doubts: this.operator.doubts,
      faults: Object.fromEntries(Object.keys(FAULT_KINDS).flatMap((kind) => countOf(this.struck, kind))),
    };
  }
}

function countOf(struck: Readonly<Record<string, number>>, kind: string): [string, number][] {
  const count = struck[kind];
  return count === undefined ? [] : [[kind, count]];
}
