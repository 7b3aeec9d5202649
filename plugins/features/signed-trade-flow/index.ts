import {
  Feature,
  PerInstrument,
  registerFeature,
  Side,
  SnapshotReader,
  SnapshotWriter,
  Trade,
} from "abi/assembly";
import { Output, parameters } from "./manifest";

const NS_PER_SECOND: f64 = 1e9;

class Flow {
  net: f64 = 0;
  gross: f64 = 0;
  timeNs: i64 = -1;

  snapshot(writer: SnapshotWriter): void {
    writer.f64(this.net);
    writer.f64(this.gross);
    writer.i64(this.timeNs);
  }

  restore(reader: SnapshotReader, version: u32): void {
    this.net = reader.f64();
    this.gross = reader.f64();
    this.timeNs = reader.i64();
    // Rounding is monotonic, so this holds of sums that were made in the same order.
    reader.require(Math.abs(this.net) <= this.gross);
  }
}

/**
 * Σ sign·size / Σ size of the trades, each decayed by its age; the sign is the aggressor's, which the venue reports. Signed trade flow
 * drives prices: Hasbrouck, "Measuring the information content of stock trades", Journal of Finance 46 (1991).
 */
class SignedTradeFlow extends Feature {
  private flows: PerInstrument<Flow> = new PerInstrument<Flow>();

  onTrade(trade: Trade): void {
    const flow = this.flows.of(trade.instrumentId);
    const elapsed = flow.timeNs < 0 ? 0 : <f64>(trade.timeNs - flow.timeNs) / NS_PER_SECOND;
    const keep = elapsed > 0 ? Math.exp(-elapsed / parameters.decaySeconds) : 1;
    const size = <f64>trade.size;
    flow.net = flow.net * keep + (trade.aggressorSide == Side.BUY ? size : -size);
    flow.gross = flow.gross * keep + size;
    flow.timeNs = trade.timeNs;
    if (flow.gross > 0) this.publish(trade.instrumentId, Output.signedTradeFlow, flow.net / flow.gross);
  }

  snapshot(writer: SnapshotWriter): void {
    this.flows.snapshot(writer);
  }

  restore(reader: SnapshotReader, version: u32): void {
    this.flows.restore(reader, version);
  }
}

registerFeature(new SignedTradeFlow());
