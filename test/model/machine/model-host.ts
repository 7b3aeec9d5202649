import { replayJournal } from "../../../host/control/replay.ts";
import { writePluginInput, applyPluginInput } from "../../../host/control/plugin-input.ts";
import { EngineError, loadModule } from "../../../host/engine/index.ts";
import { Channel } from "../../../host/execution/gateways/index.ts";
import { ReconcileState } from "../../../host/execution/reconcile/index.ts";
import { rearmOrder, TradingMode } from "../../../host/execution/risk/index.ts";
import type { BuiltLane, PluginAction, PluginModules } from "../../../host/lane/index.ts";
import { PluginChangeError, stateDigest } from "../../../host/lane/index.ts";
import { DIRECTORY, IDENTITY } from "../../support/journal-fixture.ts";
import { ASK, BID, SIZE } from "../../support/lane-under-test.ts";
import type { LaneUnderTest, SeenEffect } from "../../support/lane-under-test.ts";
import { changeOf } from "../../support/plugin-swaps.ts";
import { RestartingLane } from "../../support/restarting-lane.ts";
import type { StartedLane } from "../../support/restarting-lane.ts";
import type { SimDisk } from "../../support/sim-disk.ts";
import type { Instruction } from "./model-agent.ts";
import { instructionSize } from "./model-agent.ts";
import { modelConfiguration } from "./model-configuration.ts";
import type { VenueKind } from "./model-configuration.ts";

const PERSON = "a tester";
const REASON = "looked at both books";

/** The process under test: the real lane on a journal on a disk in memory, life after life. */
export class ModelHost {
  life: StartedLane;
  /** By epoch: what the state of a life had come to, where all of it is in the journal. */
  readonly digests: Map<number, string> = new Map();
  readonly kind: VenueKind;
  private readonly modules: PluginModules;
  private place: RestartingLane;

  constructor(modules: PluginModules, kind: VenueKind) {
    this.modules = modules;
    this.kind = kind;
    this.place = new RestartingLane(modules);
    this.life = this.place.start(modelConfiguration(kind));
    this.openMarket();
  }

  get under(): LaneUnderTest {
    return this.life.under;
  }

  get built(): BuiltLane {
    return this.under.built;
  }

  get disk(): SimDisk {
    return this.place.disk;
  }

  get epoch(): number {
    return this.built.configuration.epoch;
  }

  get isReconciled(): boolean {
    return this.built.lane.parts.reconciler.rounds.state[0] === ReconcileState.RECONCILED;
  }

  /** Whether the answer to a request still means something to the host. */
  isAwaited(requestId: number): boolean {
    const { rounds } = this.built.lane.parts.reconciler;
    return rounds.inFlight[0] === requestId || this.built.orders.findByRequest(requestId) >= 0;
  }

  /** Whether an entry of a list of trades can be told to be of an order of this host. */
  knowsVenueId(instrumentId: number, venueOrderId: number): boolean {
    return this.built.orders.findByVenueOrderId(instrumentId - 1, venueOrderId, 0) >= 0;
  }

  /** The process dies and another begins on what it left: all that it wrote, or what it had committed; on that disk, or on a copy elsewhere. */
  restart(isWritten: boolean, isElsewhere: boolean): void {
    if (isWritten) {
      this.life.journal.commit();
      this.digests.set(this.epoch, this.digest());
    }
    if (isElsewhere) this.place = new RestartingLane(this.modules, this.disk.clone());
    else this.place.kill();
    this.life = this.place.start(modelConfiguration(this.kind));
    this.openMarket();
  }

  /** An agent is told to ask for something, by the sizes of a quote; the next quote tells nobody anything. */
  instruct(instrumentId: number, instruction: Instruction): SeenEffect[] {
    const { under } = this;
    const sizes = { bidSize: SIZE, askSize: instructionSize(instruction) };
    under.beat(instrumentId);
    const effects = under.frame([under.quoteRecord(instrumentId, BID, ASK, sizes)]);
    return [...effects, ...under.quote(instrumentId)];
  }

  /** A second process on the same journal, while this one lives. */
  startSecond(): void {
    new RestartingLane(this.modules, this.disk).start(modelConfiguration(this.kind));
  }

  rearm(instrument: number | null): void {
    const record = { mode: TradingMode.ACTIVE, person: PERSON, reason: REASON, instrument };
    this.under.lane.onRearm(
      TradingMode.ACTIVE,
      rearmOrder(PERSON, REASON),
      Buffer.from(JSON.stringify(record)),
      instrument,
    );
  }

  /** Changes the plugin of a slot for another instance of its module. False where the host refuses. */
  swap(slotName: string, action: PluginAction): boolean {
    const name = this.under.slot(slotName).plugin?.manifest.name ?? "";
    const bytes = this.modules.get(name);
    const isShown = action === "shadow" && bytes !== undefined;
    const parameters = this.built.sources.get(slotName)?.parameters ?? {};
    const source = isShown ? { module: loadModule(bytes), parameters } : null;
    const change = changeOf(action, slotName);
    try {
      applyPluginInput(this.built, change, source, writePluginInput(change, source));
      return true;
    } catch (error) {
      if (!(error instanceof PluginChangeError || error instanceof EngineError)) throw error;
      return false;
    }
  }

  /** Replays every life of the journal; what differs, in words. */
  replay(): string[] {
    this.life.journal.commit();
    this.digests.set(this.epoch, this.digest());
    return replayJournal(this.disk, DIRECTORY, IDENTITY).flatMap(({ epoch, divergence, stateHash }) => {
      if (divergence !== null) return [`life ${epoch}, record ${divergence.sequence}: ${divergence.reason}`];
      const digest = this.digests.get(epoch);
      return digest === undefined || digest === stateHash ? [] : [`life ${epoch} ends in another state`];
    });
  }

  private digest(): string {
    return Buffer.from(stateDigest(this.built)).toString("hex");
  }

  /** Books and prices are there, the orders' line is not. */
  private openMarket(): void {
    this.under.lane.onLine(Channel.MARKET, true);
    for (const instrumentId of [1, 2]) this.under.makeLive(instrumentId);
  }
}
