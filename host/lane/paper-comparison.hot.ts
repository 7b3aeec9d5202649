import { IntentAction, OrderIntent } from "../../abi/host/index.ts";
import type { PluginSlot } from "../engine/index.ts";
import type { InstrumentTable } from "../execution/orders/index.ts";
import { IntentReader } from "../execution/orders/index.ts";
import { PaperAccount } from "../execution/paper/index.ts";
import { OutboxReader } from "./outbox-reader.hot.ts";
import type { ReferencePrices } from "./reference-prices.hot.ts";
import { REFERENCE_CELLS, ReferenceCell } from "./reference-prices.hot.ts";

/** The same paper account for the agent in a slot and for the one that runs beside it: what each would have made of the same market. */
export class PaperComparison {
  /** By agent. */
  readonly live: readonly PaperAccount[];
  readonly beside: readonly PaperAccount[];
  private readonly instruments: InstrumentTable;
  private readonly prices: ReferencePrices;
  private readonly reader: OutboxReader;
  private readonly intent: IntentReader;

  constructor(agents: readonly PluginSlot[], instruments: InstrumentTable, prices: ReferencePrices, idle: PluginSlot) {
    this.live = agents.map(() => new PaperAccount(instruments));
    this.beside = agents.map(() => new PaperAccount(instruments));
    this.instruments = instruments;
    this.prices = prices;
    this.reader = new OutboxReader(idle);
    this.intent = new IntentReader();
  }

  /** Both begin with nothing. */
  reset(agent: number): void {
    this.live[agent]!.reset();
    this.beside[agent]!.reset();
  }

  /** The best prices of an instrument have changed. */
  onPrices(agent: number, instrument: number): void {
    const { cells } = this.prices;
    const bid = instrument * REFERENCE_CELLS + ReferenceCell.BID_PRICE;
    const ask = instrument * REFERENCE_CELLS + ReferenceCell.ASK_PRICE;
    this.live[agent]!.onPrices(instrument, cells, bid, ask);
    this.beside[agent]!.onPrices(instrument, cells, bid, ask);
  }

  /** Takes what both wrote in one call. */
  take(agent: number, slot: PluginSlot, liveWritten: number): void {
    const { shadow } = slot;
    if (shadow === null) return;
    if (liveWritten > 0) this.takeFrom(this.live[agent]!, slot, liveWritten);
    if (shadow.written > 0) this.takeFrom(this.beside[agent]!, shadow.slot, shadow.written);
  }

  /** What is no well-formed intent counts for nothing here; whether it is a fault is judged elsewhere. */
  private takeFrom(account: PaperAccount, slot: PluginSlot, written: number): void {
    const { reader, intent, instruments } = this;
    reader.open(slot, written);
    for (let template = reader.next(); template > 0; template = reader.next()) {
      if (template !== OrderIntent.templateId) continue;
      intent.read(reader.i32, 0);
      if (intent.action === IntentAction.CANCEL) account.cancel(intent.tag);
      const instrument = instruments.indexOf(intent.instrumentId);
      if (instrument < 0 || intent.checkSubmit() !== 0) continue;
      const row = instrument * REFERENCE_CELLS;
      const bid = row + ReferenceCell.BID_PRICE;
      account.submit(intent, instrument, this.prices.cells, bid, row + ReferenceCell.ASK_PRICE);
    }
  }
}
