import { OrdStatus } from "../../../abi/host/index.ts";
import { Channel } from "../../../host/execution/gateways/index.ts";
import type { PluginModules } from "../../../host/lane/index.ts";
import { ControlAction } from "../../../host/lane/index.ts";
import type { LaneUnderTest, SeenEffect } from "../../support/lane-under-test.ts";
import { Checks } from "./checks.ts";
import type { Fact, OrderKnowledge } from "./knowledge.ts";
import type { VenueKind } from "./model-configuration.ts";
import { ModelHost } from "./model-host.ts";
import { ModelVenue, REQUEST_LIFE_NS } from "./model-venue.ts";
import { takeEffect } from "./taken-effects.ts";
import { giveUp } from "./venue-deeds.ts";
import type { VenueOrder } from "./venue-order.ts";
import type { Message, VenueRequest } from "./wire.ts";
import { Wire } from "./wire.ts";

/** Nothing that was sent can arrive after that. */
const WINDOW_NS = 16e9;
/** How long a venue that limits us and names no time is left alone. */
const HOLD_NS = 1e9;

/** What the step at hand has told, by order. */
interface StepFacts {
  readonly told: Set<string>;
  readonly shown: Set<string>;
  readonly contradicted: Set<string>;
}

/**
 * One host, one venue, what is on its way between them, and what a host that forgets nothing would know. Commands move the venue, the wire and the
 * clock; each step of the host is followed by the checks.
 */
export class OrderMachine {
  readonly host: ModelHost;
  readonly venue: ModelVenue = new ModelVenue();
  readonly wire: Wire = new Wire();
  readonly checks: Checks = new Checks();
  knowledge: Map<string, OrderKnowledge> = new Map();
  /** Where the orders' line is up; where cancels can go over REST. */
  readonly isUp: Record<"orders" | "rest", boolean> = { orders: false, rest: false };
  isArmed = false;
  /** Instruments that take no new order until a person has looked. */
  readonly restricted: Set<number> = new Set();
  /** The venue wants no new order before. */
  heldUntilNs = 0;
  /** Nothing arrives before somebody says so. */
  isHeldBack = false;
  /** The socket takes nothing: what the lane wants sent does not leave. */
  isDeaf = false;
  nowNs = 0;
  step: StepFacts = freshStep();
  /** How often each thing has come about: a run that does nothing proves nothing. */
  readonly tally: Map<string, number> = new Map();
  readonly agentOfTag: Map<number, number> = new Map();
  /** Number of the orders' connection; no other brings an answer to what was sent on it. */
  session = 0;
  private saved: Map<string, OrderKnowledge> = new Map();
  private bornNs = 0;
  private tags = 0;

  constructor(modules: PluginModules, kind: VenueKind) {
    this.host = new ModelHost(modules, kind);
  }

  /** Time of the host's process. */
  get laneNs(): number {
    return this.nowNs - this.bornNs;
  }

  count(what: string): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
  }

  nextTag(agent: number): number {
    this.tags += 1;
    this.agentOfTag.set(this.tags, agent);
    return this.tags;
  }

  knowledgeOf(id: string): OrderKnowledge {
    const known = this.knowledge.get(id);
    if (known === undefined) throw new Error(`the model does not know the order ${id}`);
    return known;
  }

  /** Orders that the host has no proven end of. */
  openOrders(): VenueOrder[] {
    return this.venue.list(({ id }) => !this.knowledgeOf(id).isEnded);
  }

  /** One input to the lane, what it makes of it, and the checks. */
  input(give: (under: LaneUnderTest) => SeenEffect[], facts: readonly Fact[] = []): void {
    const { host } = this;
    const { commits } = host.life.journal;
    this.step = freshStep();
    host.under.at(this.laneNs);
    const effects = give(host.under);
    for (const fact of facts) this.tell(fact);
    const lost = effects.filter((effect) => !takeEffect(this, effect));
    if (host.life.journal.commits !== commits) this.save();
    this.checks.run(this);
    for (const effect of lost) this.loseEffect(effect);
  }

  /** The driver says that the bytes of a request did not leave. */
  private loseEffect({ a, b }: SeenEffect): void {
    const { orders } = this.host.built;
    const isNew = orders.columns.newRequestId[a] === b;
    const id = `${orders.columns.epoch[a]}.${orders.columns.sequence[a]}`;
    const facts: Fact[] = isNew ? [{ kind: "notSent", id }] : [];
    this.input((under) => under.control(ControlAction.NOT_SENT, a, b), facts);
  }

  /** Messages of one line arrive in one frame. */
  deliver(messages: readonly Message[]): void {
    const [first] = messages;
    if (first === undefined) return;
    const records = messages.flatMap((message) => message.records);
    const facts = messages.flatMap((message) => (this.isHeeded(message) ? message.facts : []));
    for (const { isLimit, halts } of messages) {
      if (isLimit === true) this.heldUntilNs = this.nowNs + HOLD_NS;
      if (halts !== undefined) this.restricted.add(halts);
    }
    this.input((under) => under.frame(records, first.line), facts);
    for (const { releases } of messages) if (releases !== undefined) this.release(releases);
  }

  /** [C9] The cancel of a replace was taken: its new order leaves, if the host lets it now. */
  private release(order: VenueOrder): void {
    if (order.phase !== "flying" || !order.isHeld) return;
    const { epoch, sequence, requestId } = order.asked;
    const { orders, lane } = this.host.built;
    const slot = orders.findById(epoch, sequence);
    const facts: Fact[] = [];
    this.input((under) => {
      const wasDenied = orders.columns.status[slot] === OrdStatus.DENIED;
      const effects = under.control(ControlAction.SECOND_HALF, requestId);
      if (lane.parts.orders.secondHalves.admitted === requestId) this.letOut(order);
      else {
        order.move("lost", this.nowNs);
        if (!wasDenied && orders.columns.status[slot] === OrdStatus.DENIED)
          facts.push({ kind: "notSent", id: order.id });
        this.count("second half withheld");
      }
      return effects;
    }, facts);
  }

  private letOut(order: VenueOrder): void {
    this.checks.maySend(this, order);
    order.isHeld = false;
    order.leftNs = this.nowNs;
    this.knowledgeOf(order.id).submittedNs = this.laneNs;
    this.count("second half sent");
  }

  /** Time passes, and the second's timer runs. */
  pass(seconds: number): void {
    this.jump(seconds);
    this.input((under) => {
      under.lane.onTimer();
      return under.effects();
    });
  }

  /** Time passes without anybody being told. */
  jump(seconds: number): void {
    this.nowNs += Math.round(seconds * 1e9);
    this.venue.expire(this.nowNs);
    for (const order of this.venue.orders.values()) {
      // The gateway waits for a cancel's answer as long as the venue lets a request live.
      if (order.isHeld && this.nowNs - order.leftNs >= REQUEST_LIFE_NS) giveUp(this, order);
      if (this.nowNs - order.leftNs >= WINDOW_NS) this.knowledgeOf(order.id).worlds.tellTooLate();
    }
  }

  /** A connection comes up or is lost, with all that was on it. */
  turn(line: "orders" | "rest", isUp: boolean): void {
    const channel = line === "orders" ? Channel.ORDERS : Channel.ORDER_REST;
    this.isUp[line] = isUp;
    if (line === "orders" && isUp) this.session += 1;
    if (line === "orders" && !isUp) this.doubtAll();
    this.wire.drop(channel);
    this.input((under) => {
      under.lane.onLine(channel, isUp);
      return under.effects();
    });
  }

  /** The process is replaced by another, on the same disk or elsewhere. */
  restart(isWritten: boolean, isElsewhere: boolean): void {
    if (!isWritten) this.knowledge = copyOf(this.saved);
    this.wire.dropAll();
    this.isUp.orders = false;
    this.isUp.rest = false;
    this.isArmed = false;
    this.isDeaf = false;
    this.restricted.clear();
    this.heldUntilNs = 0;
    for (const known of this.knowledge.values()) known.inherit();
    for (const order of this.venue.list(({ isHeld, phase }) => isHeld && phase === "flying"))
      order.move("lost", this.nowNs);
    this.bornNs = this.nowNs;
    this.host.restart(isWritten, isElsewhere);
    this.save();
    this.checks.begin(this);
  }

  /** Puts a request's answer, or an event, on the wire, where there is one that brings it. */
  answer(request: VenueRequest, message: Omit<Message, "line">): void {
    const isSameLine = request.line === Channel.ORDER_REST ? this.isUp.rest : this.isUp.orders;
    if (isSameLine && (request.line === Channel.ORDER_REST || request.session === this.session))
      this.wire.answers.push({ ...message, line: request.line });
  }

  /** The answer to a new order, where its connection is still there. */
  answerNew(order: VenueOrder, message: Omit<Message, "line">): void {
    if (this.isUp.orders && order.asked.session === this.session)
      this.wire.answers.push({ ...message, line: Channel.ORDERS });
  }

  event(message: Omit<Message, "line">): void {
    if (this.isUp.orders) this.wire.events.push({ ...message, line: Channel.ORDERS });
  }

  private doubtAll(): void {
    for (const order of this.openOrders()) {
      this.restricted.add(order.asked.instrumentId);
      this.knowledgeOf(order.id).doubt();
    }
  }

  /** An answer to what the host asks no more changes nothing that it knows. */
  private isHeeded({ requestId }: Message): boolean {
    return requestId === undefined || this.host.isAwaited(requestId);
  }

  private tell(fact: Fact): void {
    const known = this.knowledgeOf(fact.id);
    const { asked, venueOrderId } = this.orderOf(fact.id);
    if (fact.kind === "listed" && !this.host.knowsVenueId(asked.instrumentId, venueOrderId)) return;
    this.step.told.add(fact.id);
    if (fact.kind === "shown") this.step.shown.add(fact.id);
    const isContradiction = known.isContradictedBy(fact);
    if (isContradiction) this.step.contradicted.add(fact.id);
    const wasTold = fact.kind === "trade" && known.trades.has(fact.trade.id);
    const before = Math.max(known.filled, known.quantity);
    known.take(fact, this.laneNs);
    // What is told again tells nothing new: a person may have looked since.
    const isOver = !wasTold && (known.filled > before || filledOf(fact) > Math.max(before, known.filled));
    if (isOver || isContradiction) this.restricted.add(asked.instrumentId);
    this.count(isContradiction ? "contradiction" : isOver ? "over-fill" : fact.kind);
  }

  orderOf(id: string): VenueOrder {
    const order = this.venue.orders.get(id);
    if (order === undefined) throw new Error(`nobody has sent the order ${id}`);
    return order;
  }

  private save(): void {
    this.saved = copyOf(this.knowledge);
  }
}

/** Up to how much a fact says to be filled. */
function filledOf(fact: Fact): number {
  if (fact.kind === "trade") return fact.trade.filled;
  return fact.kind === "shown" ? fact.filled : 0;
}

function freshStep(): StepFacts {
  return { told: new Set(), shown: new Set(), contradicted: new Set() };
}

function copyOf(knowledge: ReadonlyMap<string, OrderKnowledge>): Map<string, OrderKnowledge> {
  return new Map([...knowledge].map(([id, known]) => [id, known.copy()]));
}
