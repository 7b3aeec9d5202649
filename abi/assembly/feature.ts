import { HEADER_BYTES, INBOX_OFFSET } from "./env";
import { emit, openOutbox, outboxUsed } from "./outbox";
import { BookTop, FeatureUpdate, Gap, InstrumentDefinition, Quote, Timer, Trade } from "./records";
import { keepStateful, Stateful } from "./stateful";

/** A feature kernel: market events in, numbers out. One instance serves every instrument; keep state by `instrumentId`. */
export abstract class Feature extends Stateful {
  /** Before the first event, once for each instrument, and again when the venue changes its grid. */
  onInstrument(instrument: InstrumentDefinition): void {}
  /** The best bid or offer has changed. */
  onQuote(quote: Quote): void {}
  /** A trade has printed. */
  onTrade(trade: Trade): void {}
  /** The book has changed. */
  onBook(top: BookTop): void {}
  /** Each second. */
  onTimer(timer: Timer): void {}
  /** On a thread of its own: it was too slow, and records were left out before the next one. */
  onGap(gap: Gap): void {}

  /** Publishes output number `output` of the manifest. The value must be finite. */
  protected publish(instrumentId: u32, output: u16, value: f64): void {
    const update = emit<FeatureUpdate>(FeatureUpdate.TEMPLATE_ID);
    update.value = value;
    update.instrumentId = instrumentId;
    update.output = output;
  }

  /** Gives one record of the inbox to its method. */
  dispatch(template: u32): void {
    const block = INBOX_OFFSET + HEADER_BYTES;
    if (template == Quote.TEMPLATE_ID) this.onQuote(changetype<Quote>(block));
    else if (template == Trade.TEMPLATE_ID) this.onTrade(changetype<Trade>(block));
    else if (template == BookTop.TEMPLATE_ID) this.onBook(changetype<BookTop>(block));
    else if (template == InstrumentDefinition.TEMPLATE_ID) this.onInstrument(changetype<InstrumentDefinition>(block));
    else if (template == Timer.TEMPLATE_ID) this.onTimer(changetype<Timer>(block));
    else if (template == Gap.TEMPLATE_ID) this.onGap(changetype<Gap>(block));
  }
}

let feature: Feature | null = null;

/** Names the feature kernel of this module. Once, at the top level of its index.ts. */
export function registerFeature<T extends Feature>(instance: T): void {
  feature = instance;
  keepStateful(instance);
}

/** The module's export: one record in, records out. */
export function handle(template: u32, lengthBytes: u32): i32 {
  openOutbox();
  feature!.dispatch(template);
  return outboxUsed();
}
