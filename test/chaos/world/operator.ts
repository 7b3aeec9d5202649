import { ApiProblem } from "../../../host/control/api/api-problem.ts";
import { OrdStatus } from "../../../abi/host/index.ts";
import { ControlDesk } from "../../../host/control/api/control-desk.ts";
import { reconcileOf } from "../../../host/control/api/views/reconcile-view.ts";
import { Channel, lineOf } from "../../../host/execution/gateways/index.ts";
import type { ChaosVenue } from "./chaos-venue.ts";
import type { Dice } from "./dice.ts";
import type { HostLife } from "./host-life.ts";

const NS_PER_SECOND = 1e9;
const OPERATOR = { name: "operator", role: "operator" } as const;
const REDUCING = 2;
/** A person looks first and then acts. */
const LOOK_NS = 3 * NS_PER_SECOND;
/** What has not come right by itself until then is met with a restart. A host that asks the venue needs 16 s for a proof, and as long again after each lost line. */
const PATIENCE_NS = 150 * NS_PER_SECOND;
/** Until a person has read that a gateway gave up, has looked at key and clock, and restarts. */
const GIVEN_UP_NS = 20 * NS_PER_SECOND;
const GIVEN_UP = /stopped\. Check .* then restart$/;
/** No back-off is longer than a minute. */
const CONNECT_NS = 180 * NS_PER_SECOND;

export interface OperatorParts {
  readonly dice: Dice;
  readonly venues: readonly ChaosVenue[];
  /** Whether the host's position, cash and fees at a venue are the venue's, as a person sees on two pages. */
  readonly booksAgree: (life: HostLife, venueIndex: number) => boolean;
  /** Stops the host in order and starts it again. */
  readonly restart: (reason: string) => void;
  /** The machine's disk is replaced, and the machine started again. */
  readonly repair: (reason: string) => void;
  readonly note: (text: string) => void;
}

/**
 * The person at the desk, by the rules of the pages for operators: arms a host that is connected; re-arms an instrument that was restricted
 * once nothing is open there and its books are the venue's, and restarts a host whose books are not; has a refusing disk repaired;
 * halts now and then, and arms again.
 */
export class Operator {
  /** World time of the halt by hand; null: not halted. */
  haltedNs: number | null = null;
  rearms = 0;
  /** Restarts because the host could not find out by itself what had become of an order or a fill. */
  doubts = 0;
  private readonly parts: OperatorParts;
  private armAfterNs = 0;
  /** By instrument: since when it is seen restricted, -1 while it is not. */
  private restrictedNs: number[] = [];
  private unreadyNs = -1;
  private unknownNs = -1;
  private gaveUpNs = -1;
  private isLeaving = false;

  constructor(parts: OperatorParts) {
    this.parts = parts;
  }

  onBirth(nowNs: number): void {
    this.haltedNs = null;
    this.restrictedNs = this.parts.venues.map(() => -1);
    this.unreadyNs = -1;
    this.unknownNs = -1;
    this.gaveUpNs = -1;
    this.armAfterNs = nowNs + this.parts.dice.between(0.2, 5) * NS_PER_SECOND;
  }

  /** Halts the account by hand, for as long. */
  halt(life: HostLife, nowNs: number, forNs: number): void {
    this.haltedNs = nowNs;
    this.armAfterNs = nowNs + forNs;
    new ControlDesk(life.host).kill();
  }

  /** An error in the host's log: some ask for a restart. */
  onError(text: string, nowNs: number): void {
    if (this.gaveUpNs < 0 && GIVEN_UP.test(text)) this.gaveUpNs = nowNs;
  }

  /** Halts for good: nobody arms any more. */
  leave(life: HostLife, nowNs: number): void {
    this.isLeaving = true;
    this.halt(life, nowNs, 0);
  }

  /** To be called each second while a host runs. */
  look(life: HostLife, nowNs: number): void {
    if (this.isLeaving) return;
    const { built } = life.host;
    if (built.lane.parts.journal.refusal !== 0) return this.parts.repair("the journal refuses");
    const stopped = built.slots.find(({ state }) => state !== "running");
    if (stopped !== undefined) return this.parts.restart(`the plugin ${stopped.name} is ${stopped.state}`);
    if (this.gaveUpNs >= 0 && nowNs - this.gaveUpNs > GIVEN_UP_NS)
      return this.parts.restart("a gateway has given up");
    if (!this.isConnected(life)) {
      if (this.unreadyNs < 0) this.unreadyNs = nowNs;
      if (nowNs - this.unreadyNs > CONNECT_NS) this.parts.restart("not connected for minutes");
      return;
    }
    this.unreadyNs = -1;
    this.acceptNotices(life);
    if ((built.modes.account[0] ?? 0) > REDUCING && nowNs >= this.armAfterNs) this.arm(life, null);
    for (let index = 0; index < this.parts.venues.length; index++) this.lookAt(life, index, nowNs);
    this.lookForUnknown(life, nowNs);
  }

  /** [V16] What the venue has undone or corrected is listed to be seen. */
  private acceptNotices({ host }: HostLife): void {
    for (const { id, code } of reconcileOf(host).breaks)
      if (code === "TRADE_UNDONE" || code === "TRADE_CORRECTED")
        new ControlDesk(host).acceptBreak(OPERATOR, id, "seen");
  }

  /** An order whose outcome stays unknown: the page of the venue shows what became of it, and the host is started anew. */
  private lookForUnknown({ host }: HostLife, nowNs: number): void {
    const { open, columns } = host.built.orders;
    let unknown = 0;
    for (let place = 0; place < open.count; place++)
      if (columns.status[open.slots[place] ?? 0] === OrdStatus.UNKNOWN) unknown += 1;
    if (unknown === 0) this.unknownNs = -1;
    else if (this.unknownNs < 0) this.unknownNs = nowNs;
    else if (nowNs - this.unknownNs > PATIENCE_NS) this.doubt(`${unknown} orders stay UNKNOWN`);
  }

  private doubt(reason: string): void {
    this.doubts += 1;
    this.parts.restart(reason);
  }

  private lookAt(life: HostLife, index: number, nowNs: number): void {
    const { modes } = life.host.built;
    if ((modes.instrument[index] ?? 0) <= REDUCING) {
      this.restrictedNs[index] = -1;
      return;
    }
    const sinceNs = this.restrictedNs[index] ?? -1;
    if (sinceNs < 0) this.restrictedNs[index] = nowNs;
    if (sinceNs < 0 || nowNs - sinceNs < LOOK_NS) return;
    const isQuiet =
      this.openAt(life, index) === 0 && this.parts.venues[index]?.record.openOrders().length === 0;
    if (isQuiet && this.parts.booksAgree(life, index)) this.arm(life, index);
    else if (nowNs - sinceNs > PATIENCE_NS) this.doubt(`venue ${index} does not come right`);
  }

  private arm(life: HostLife, index: number | null): void {
    const { instruments, venues } = life.host.built.configuration;
    const instrument = index === null ? undefined : instruments[index];
    const venue = instrument === undefined ? undefined : venues[instrument.venueIndex];
    const name =
      instrument === undefined ? null : `${instrument.symbol}.${(venue?.name ?? "").toUpperCase()}`;
    try {
      new ControlDesk(life.host).rearm(OPERATOR, {
        mode: "ACTIVE",
        instrument: name,
        reason: "looked at both books",
      });
      this.rearms += 1;
      if (index === null) this.haltedNs = null;
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      this.parts.note(`not armed: ${error.message}`);
    }
  }

  private isConnected({ host }: HostLife): boolean {
    return this.parts.venues.every((_, index) =>
      [Channel.MARKET, Channel.ORDERS].every((channel) => host.session.lineUp[lineOf(index, channel)] === 1),
    );
  }

  private openAt({ host }: HostLife, index: number): number {
    const { open, columns } = host.built.orders;
    let count = 0;
    for (let place = 0; place < open.count; place++)
      if (columns.instrument[open.slots[place] ?? 0] === index) count += 1;
    return count;
  }
}
