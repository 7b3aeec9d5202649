import { HEADER_BYTES, INBOX_OFFSET } from "./env";
import { emit, openOutbox, outboxUsed } from "./outbox";
import { CombinedSignal, FeatureVector, Gap, InstrumentDefinition, IntentAction, OrderEvent, OrderIntent, OrderType, Signal, Timer, TimeInForce } from "./records";
import { keepStateful, Stateful } from "./stateful";

/** A trading agent: publishes signals, asks for orders. Override what you need; the manifest's `reads` says what you are given. */
export abstract class Agent extends Stateful {
  /** The instrument of the event at hand. */
  protected instrumentId: u32 = 0;

  /** Before the first event, once for each instrument, and again when the venue changes its grid. */
  onInstrument(instrument: InstrumentDefinition): void {}
  /** The features have moved. */
  onFeatures(vector: FeatureVector): void {}
  /** The ensemble has combined the pool's signals. */
  onCombinedSignal(signal: CombinedSignal): void {}
  /** One of this agent's orders has changed. */
  onOrder(event: OrderEvent): void {}
  /** Each second. */
  onTimer(timer: Timer): void {}
  /** On a thread of its own: it was too slow, and records were left out before the next one. */
  onGap(gap: Gap): void {}

  /** Publishes a signal: score from -1 to 1, confidence from 0 to 1. */
  protected signal(score: f64, confidence: f64, horizonNs: i64, timeToLiveNs: i64): void {
    const signal = emit<Signal>(Signal.TEMPLATE_ID);
    signal.score = score;
    signal.confidence = confidence;
    signal.horizonNs = horizonNs;
    signal.timeToLiveNs = timeToLiveNs;
    signal.instrumentId = this.instrumentId;
  }

  /** Asks for a limit order that rests until canceled. `tag` is the agent's own name for it. */
  protected limit(side: u8, price: i64, quantity: i64, tag: u32): void {
    this.submit(side, OrderType.LIMIT, TimeInForce.GTC, price, quantity, tag);
  }

  /** As `limit`, but rejected by the venue rather than taking liquidity. */
  protected limitMaker(side: u8, price: i64, quantity: i64, tag: u32): void {
    this.submit(side, OrderType.LIMIT_MAKER, TimeInForce.GTC, price, quantity, tag);
  }

  /** Asks for what can be had at once up to `price`; the rest expires. */
  protected immediate(side: u8, price: i64, quantity: i64, tag: u32): void {
    this.submit(side, OrderType.LIMIT, TimeInForce.IOC, price, quantity, tag);
  }

  /** Asks to cancel the order of this tag. */
  protected cancel(tag: u32): void {
    const intent = emit<OrderIntent>(OrderIntent.TEMPLATE_ID);
    intent.action = IntentAction.CANCEL;
    intent.instrumentId = this.instrumentId;
    intent.tag = tag;
  }

  /**
   * Asks for other terms of the open order of this tag, which it keeps: `price`, and `quantity` to be open from then on; 0 leaves the price, or what is left
   * of the quantity, as it is. What comes of it is REPLACED; or REPLACE_REFUSED with the reason, and the order is as the event shows it.
   */
  protected replace(tag: u32, price: i64, quantity: i64): void {
    const intent = emit<OrderIntent>(OrderIntent.TEMPLATE_ID);
    intent.action = IntentAction.REPLACE;
    intent.price = price;
    intent.quantity = quantity;
    intent.instrumentId = this.instrumentId;
    intent.tag = tag;
  }

  private submit(side: u8, orderType: u8, timeInForce: u8, price: i64, quantity: i64, tag: u32): void {
    const intent = emit<OrderIntent>(OrderIntent.TEMPLATE_ID);
    intent.action = IntentAction.SUBMIT;
    intent.side = side;
    intent.orderType = orderType;
    intent.timeInForce = timeInForce;
    intent.price = price;
    intent.quantity = quantity;
    intent.instrumentId = this.instrumentId;
    intent.tag = tag;
  }

  /** Gives one record of the inbox to its method. */
  dispatch(template: u32): void {
    const block = INBOX_OFFSET + HEADER_BYTES;
    if (template == FeatureVector.TEMPLATE_ID) {
      const vector = changetype<FeatureVector>(block);
      this.instrumentId = vector.instrumentId;
      this.onFeatures(vector);
    } else if (template == CombinedSignal.TEMPLATE_ID) {
      const signal = changetype<CombinedSignal>(block);
      this.instrumentId = signal.instrumentId;
      this.onCombinedSignal(signal);
    } else if (template == OrderEvent.TEMPLATE_ID) {
      const event = changetype<OrderEvent>(block);
      this.instrumentId = event.instrumentId;
      this.onOrder(event);
    } else if (template == InstrumentDefinition.TEMPLATE_ID) {
      const instrument = changetype<InstrumentDefinition>(block);
      this.instrumentId = instrument.instrumentId;
      this.onInstrument(instrument);
    } else if (template == Timer.TEMPLATE_ID) {
      this.onTimer(changetype<Timer>(block));
    } else if (template == Gap.TEMPLATE_ID) {
      this.onGap(changetype<Gap>(block));
    }
  }
}

let agent: Agent | null = null;

/** Names the agent of this module. Once, at the top level of its index.ts. */
export function registerAgent<T extends Agent>(instance: T): void {
  agent = instance;
  keepStateful(instance);
}

/** The module's export: one record in, records out. */
export function handle(template: u32, lengthBytes: u32): i32 {
  openOutbox();
  agent!.dispatch(template);
  return outboxUsed();
}
