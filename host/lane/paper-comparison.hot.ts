import { IntentAction, OrderIntent } from "../../abi/host/index.ts";
import type { PluginSlot, ShadowRun } from "../engine/index.ts";
import { FaultCode, ShadowCount, ShadowRole } from "../engine/index.ts";
import type { InstrumentTable, OrderTable } from "../execution/orders/index.ts";
import { IntentReader, IntentRefusal } from "../execution/orders/index.ts";
import type { PaperAccount } from "../execution/paper/index.ts";
import { OutboxReader } from "./outbox-reader.hot.ts";
import { deliverOldest } from "./paper-delivery.hot.ts";
import type { PaperParts } from "./paper-parting.ts";
import { PaperParting } from "./paper-parting.ts";
import { OutputFault } from "./plugin-fault.ts";
import type { ReferencePrices } from "./reference-prices.hot.ts";
import { REFERENCE_CELLS, ReferenceCell } from "./reference-prices.hot.ts";

/** Events that a candidate is told in one call beyond those that the call itself or the market has caused: what its answers lead to. */
const PAPER_ANSWERS_MAX = 64;
const NOBODY = -1;

/**
 * The same paper account for the agent in a slot and for the one that runs beside it: what each would have made of the same market. A
 * candidate whose outputs have differed once is parted: it is told of its own orders, and shown its own position.
 */
export class PaperComparison {
  readonly parting: PaperParting;
  private readonly instruments: InstrumentTable;
  private readonly orders: OrderTable;
  private readonly prices: ReferencePrices;
  private readonly reader: OutboxReader;
  private readonly intent: IntentReader;
  /** The agent whose candidate parts in the call at hand. */
  private leaving: number;

  constructor(parts: PaperParts) {
    this.parting = new PaperParting(parts);
    this.instruments = parts.instruments;
    this.orders = parts.orders;
    this.prices = parts.prices;
    this.reader = new OutboxReader(parts.idle);
    this.intent = new IntentReader();
    this.leaving = NOBODY;
  }

  /** The best prices of an instrument have changed. Before the agents are shown them. */
  onPrices(agent: number, slot: PluginSlot, instrument: number): void {
    const { shadow } = slot;
    if (shadow === null || slot.state !== "running") return;
    const { cells } = this.prices;
    const bid = instrument * REFERENCE_CELLS + ReferenceCell.BID_PRICE;
    const ask = instrument * REFERENCE_CELLS + ReferenceCell.ASK_PRICE;
    this.parting.live[agent]!.onPrices(instrument, cells, bid, ask);
    this.parting.beside[agent]!.onPrices(instrument, cells, bid, ask);
    this.tell(agent, shadow.slot);
  }

  /** Takes what both wrote in one call. Before the live agent's intents become orders. */
  take(agent: number, slot: PluginSlot, liveWritten: number): void {
    const { shadow } = slot;
    if (shadow === null) return;
    const { parting } = this;
    if (hasDiffered(shadow) && parting.isParted[agent] === 0) this.part(agent, shadow);
    if (liveWritten > 0) this.takeFrom(parting.live[agent]!, agent, slot, liveWritten);
    if (shadow.written > 0) this.takeFrom(parting.beside[agent]!, agent, shadow.slot, shadow.written);
    this.tell(agent, shadow.slot);
    this.leaving = NOBODY;
  }

  /** The live agent was stopped, and will be told nothing more: its candidate must not wait for what it would have been told. */
  onStopped(agent: number, slot: PluginSlot): void {
    const { shadow } = slot;
    if (shadow === null || shadow.role !== ShadowRole.CANDIDATE || shadow.slot.state !== "running") return;
    if (this.parting.isParted[agent] === 1) return;
    this.part(agent, shadow);
    this.tell(agent, shadow.slot);
    this.leaving = NOBODY;
  }

  private part(agent: number, run: ShadowRun): void {
    this.parting.part(agent, run);
    this.leaving = agent;
  }

  /** Tells a parted candidate what is queued, and takes its answers, which may have events of their own. */
  private tell(agent: number, beside: PluginSlot): void {
    const { isParted, isTold, events } = this.parting;
    if (isParted[agent] === 1 && isTold[agent] === 1) this.deliver(agent, beside);
    // Those who share the live agent's orders are told by the lane.
    if (events.count > 0) events.clear();
  }

  private deliver(agent: number, beside: PluginSlot): void {
    const { events } = this.parting;
    const account = this.parting.beside[agent]!;
    let left = events.count + PAPER_ANSWERS_MAX;
    while (events.count > 0 && beside.state === "running") {
      if (left === 0 || account.hasMissed) {
        beside.stop(FaultCode.OUTPUT, OutputFault.EVENT_FLOOD);
        break;
      }
      left -= 1;
      const written = deliverOldest(events, beside);
      if (written > 0) this.takeFrom(account, agent, beside, written);
    }
    // As the orders of any agent that is stopped.
    if (beside.state !== "running") account.cancelAll();
  }

  private takeFrom(account: PaperAccount, agent: number, slot: PluginSlot, written: number): void {
    const { reader, intent, instruments } = this;
    reader.open(slot, written);
    for (let template = reader.next(); template > 0; template = reader.next()) {
      if (template !== OrderIntent.templateId) continue;
      intent.read(reader.i32, 0);
      const instrument = instruments.indexOf(intent.instrumentId);
      const bid = instrument * REFERENCE_CELLS + ReferenceCell.BID_PRICE;
      const ask = instrument * REFERENCE_CELLS + ReferenceCell.ASK_PRICE;
      if (this.isOfThePast(agent)) continue;
      if (intent.action === IntentAction.CANCEL) account.cancel(intent, instrument);
      else if (intent.action === IntentAction.REPLACE)
        account.replace(intent, instrument, this.prices.cells, bid, ask);
      else if (intent.checkSubmit() !== 0) account.deny(intent, IntentRefusal.MALFORMED_INTENT);
      else if (instrument < 0) account.deny(intent, IntentRefusal.UNKNOWN_INSTRUMENT);
      else account.submit(intent, instrument, this.prices.cells, bid, ask);
    }
  }

  /** What was shared until this very call is over already: its owner is told so, and is not told that there is no such order to cancel or to replace. */
  private isOfThePast(agent: number): boolean {
    const { intent } = this;
    const isOld = intent.action === IntentAction.CANCEL || intent.action === IntentAction.REPLACE;
    return isOld && this.leaving === agent && this.orders.findByTag(agent, intent.tag) >= 0;
  }
}

/** Once is enough: two agents that have answered the same differently are two. */
function hasDiffered({ role, slot, counts }: ShadowRun): boolean {
  return (
    role === ShadowRole.CANDIDATE &&
    slot.state === "running" &&
    counts[ShadowCount.EQUAL] !== counts[ShadowCount.CALLS]
  );
}
