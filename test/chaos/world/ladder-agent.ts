import { buildTestPlugin } from "../../support/puppet-plugins.ts";

export const LADDER = "ladder";

const manifest = {
  name: LADDER,
  kind: "agent",
  version: "1.0.0",
  abi: 1,
  description: "keeps four orders a side, one behind the other, and follows the market with them",
  reads: ["InstrumentDefinition", "FeatureVector", "OrderEvent"],
  writes: ["OrderIntent"],
  features: ["microprice"],
  state: { version: 1, restores: [1] },
  parameters: [
    {
      name: "quantity",
      type: "i64",
      default: 400000,
      min: 1,
      max: 1000000000000,
      description: "size mantissa of an order",
    },
    {
      name: "stepTicks",
      type: "i64",
      default: 40,
      min: 1,
      max: 1000000,
      description: "from one order to the next",
    },
    {
      name: "slackTicks",
      type: "i64",
      default: 60,
      min: 1,
      max: 1000000,
      description: "an order this far from its place is canceled",
    },
  ],
  limits: { gasBase: 20_000, gasPerByte: 16, initGas: 1_000_000, callDepth: 32, pages: 4, outputs: 16 },
};

const source = `import {
  Agent, FeatureVector, InstrumentDefinition, OrderEvent, OrdStatus, PerInstrument, registerAgent, Side, SnapshotReader, SnapshotWriter,
} from "abi/assembly";
import { fresh, parameters } from "./manifest";

const RUNGS: i32 = 4;
const PAUSE_NS: i64 = 250_000_000;
const DENIAL_HOLD_NS: i64 = 1_500_000_000;

class Rung {
  tag: u32 = 0;
  price: i64 = 0;
  isLeaving: u32 = 0;
}

class Market {
  tickSize: i64 = 1;
  heldUntilNs: i64 = 0;
  rungs: Array<Rung> = new Array<Rung>();

  constructor() {
    for (let index = 0; index < 2 * RUNGS; index++) this.rungs.push(new Rung());
  }

  snapshot(writer: SnapshotWriter): void {
    writer.i64(this.heldUntilNs);
    for (let index = 0; index < 2 * RUNGS; index++) {
      const rung = this.rungs[index];
      writer.u32(rung.tag);
      writer.i64(rung.price);
      writer.u32(rung.isLeaving);
    }
  }

  restore(reader: SnapshotReader, version: u32): void {
    this.heldUntilNs = reader.i64();
    for (let index = 0; index < 2 * RUNGS; index++) {
      const rung = this.rungs[index];
      rung.tag = reader.u32();
      rung.price = reader.i64();
      rung.isLeaving = reader.u32();
    }
  }
}

class Ladder extends Agent {
  private markets: PerInstrument<Market> = new PerInstrument<Market>();
  private nextTag: u32 = 1;

  onInstrument(instrument: InstrumentDefinition): void {
    this.markets.of(instrument.instrumentId).tickSize = instrument.tickSize;
  }

  onFeatures(vector: FeatureVector): void {
    const market = this.markets.of(vector.instrumentId);
    const isFresh = fresh(vector);
    for (let index = 0; index < 2 * RUNGS; index++) {
      const rung = market.rungs[index];
      const isBid = index < RUNGS;
      const away = <i64>(index % RUNGS) * parameters.stepTicks * market.tickSize;
      const price = isBid ? vector.bidPrice - away : vector.askPrice + away;
      if (rung.tag != 0) {
        const distance = price > rung.price ? price - rung.price : rung.price - price;
        if (rung.isLeaving != 0 || (isFresh && distance < parameters.slackTicks * market.tickSize)) continue;
        rung.isLeaving = 1;
        this.cancel(rung.tag);
      } else if (isFresh && price > 0 && vector.timeNs >= market.heldUntilNs) {
        rung.tag = this.nextTag++;
        rung.price = price;
        rung.isLeaving = 0;
        market.heldUntilNs = vector.timeNs + PAUSE_NS;
        this.limitMaker(isBid ? Side.BUY : Side.SELL, price, parameters.quantity, rung.tag);
      }
    }
  }

  onOrder(event: OrderEvent): void {
    const market = this.markets.of(event.instrumentId);
    const status = event.ordStatus;
    const isOver =
      status == OrdStatus.FILLED ||
      status == OrdStatus.CANCELED ||
      status == OrdStatus.EXPIRED ||
      status == OrdStatus.REJECTED ||
      status == OrdStatus.DENIED;
    for (let index = 0; index < 2 * RUNGS; index++) {
      const rung = market.rungs[index];
      if (rung.tag != event.tag) continue;
      if (isOver) rung.tag = 0;
      // An order whose cancel was refused rests on, and is canceled again where it still has to go.
      else if (status == OrdStatus.ACCEPTED || status == OrdStatus.PARTIALLY_FILLED) rung.isLeaving = 0;
    }
    if (status == OrdStatus.DENIED) market.heldUntilNs = event.timeNs + DENIAL_HOLD_NS;
  }

  snapshot(writer: SnapshotWriter): void {
    writer.u32(this.nextTag);
    this.markets.snapshot(writer);
  }

  restore(reader: SnapshotReader, version: u32): void {
    this.nextTag = reader.u32();
    this.markets.restore(reader, version);
  }
}

registerAgent(new Ladder());
`;

/** An agent that keeps several orders a side: what is reserved for them is more than any one of them. */
export function ladderModule(): Promise<Uint8Array> {
  return buildTestPlugin(LADDER, manifest, source);
}
