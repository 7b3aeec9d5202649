import {
  AGENTS_MAX,
  Ensemble,
  InstrumentDefinition,
  PerInstrument,
  registerEnsemble,
  SignalPool,
  SnapshotReader,
  SnapshotWriter,
} from "abi/assembly";
import { parameters } from "./manifest";

const NS_PER_SECOND: f64 = 1e9;

class Experts {
  tickSize: f64 = 1;
  weights: StaticArray<f64> = new StaticArray<f64>(AGENTS_MAX);
  /** The stake under evaluation for each agent: its score times confidence, and the mid when it was made. */
  stakes: StaticArray<f64> = new StaticArray<f64>(AGENTS_MAX);
  stakeMids: StaticArray<f64> = new StaticArray<f64>(AGENTS_MAX);
  stakeTimes: StaticArray<i64> = new StaticArray<i64>(AGENTS_MAX);

  constructor() {
    for (let index = 0; index < AGENTS_MAX; index++) {
      this.weights[index] = 1;
      this.stakeTimes[index] = -1;
    }
  }

  /** Agents that had a stake, up to the last of them; and one weight for the rest, who all have the same: what changes it changes it for each. */
  snapshot(writer: SnapshotWriter): void {
    const staked = this.staked();
    writer.u32(staked);
    for (let index = 0; index < <i32>staked; index++) {
      writer.f64(this.weights[index]);
      writer.f64(this.stakes[index]);
      writer.f64(this.stakeMids[index]);
      writer.i64(this.stakeTimes[index]);
    }
    if (staked < <u32>AGENTS_MAX) writer.f64(this.weights[<i32>staked]);
  }

  restore(reader: SnapshotReader, version: u32): void {
    const staked = reader.count(<u32>AGENTS_MAX);
    for (let index = 0; index < <i32>staked; index++) {
      this.weights[index] = reader.f64();
      this.stakes[index] = reader.f64();
      this.stakeMids[index] = reader.f64();
      this.stakeTimes[index] = reader.i64();
    }
    const rest = staked < <u32>AGENTS_MAX ? reader.f64() : 0;
    for (let index = <i32>staked; index < AGENTS_MAX; index++) {
      this.weights[index] = rest;
      this.stakes[index] = 0;
      this.stakeMids[index] = 0;
      this.stakeTimes[index] = -1;
    }
    let sum: f64 = 0;
    for (let index = 0; index < AGENTS_MAX; index++) {
      reader.require(this.weights[index] >= 0);
      sum += this.weights[index];
    }
    // They are divided by it.
    reader.require(sum > 0 && isFinite(sum));
    reader.require(this.staked() == staked);
  }

  /** One more than the last agent that has or had a stake. */
  private staked(): u32 {
    for (let index = AGENTS_MAX; index > 0; index--) {
      const agent = index - 1;
      const bits = reinterpret<u64>(this.stakes[agent]) | reinterpret<u64>(this.stakeMids[agent]);
      if (bits != 0 || this.stakeTimes[agent] >= 0) return index;
    }
    return 0;
  }
}

/**
 * Hedge: each agent is an expert whose weight is multiplied by exp(η · payoff) when its score has been held against the realised
 * return. Freund and Schapire, "A decision-theoretic generalization of on-line learning", Journal of Computer and System Sciences 55
 * (1997); the exponentiated gradient of Kivinen and Warmuth, Information and Computation 132 (1997). The floor serves the purpose of
 * the fixed share of Herbster and Warmuth, Machine Learning 32 (1998): an agent that was wrong for long can come back. Signals past their time to live take no part.
 */
class Hedge extends Ensemble {
  private instruments: PerInstrument<Experts> = new PerInstrument<Experts>();

  onInstrument(instrument: InstrumentDefinition): void {
    this.instruments.of(instrument.instrumentId).tickSize = <f64>instrument.tickSize;
  }

  onPool(pool: SignalPool): void {
    const experts = this.instruments.of(pool.instrumentId);
    for (let index = 0; index < this.count; index++) this.evaluate(experts, pool, index);
    let weighted: f64 = 0;
    let confident: f64 = 0;
    let present: f64 = 0;
    for (let index = 0; index < this.count; index++) {
      const signal = this.at(index);
      if (pool.timeNs >= signal.expiresNs) continue;
      const weight = experts.weights[<i32>signal.agentIndex];
      present += weight;
      confident += weight * signal.confidence;
      weighted += weight * signal.confidence * signal.score;
    }
    if (present <= 0) return;
    const score = confident > 0 ? weighted / confident : 0;
    const timeToLiveNs = <i64>(parameters.timeToLiveSeconds * NS_PER_SECOND);
    const combined = this.combine(pool, score, confident / present, timeToLiveNs);
    for (let index = 0; index < this.count; index++) {
      const signal = this.at(index);
      if (pool.timeNs >= signal.expiresNs) continue;
      const agent = <i32>signal.agentIndex;
      combined.setWeightsAt(agent, experts.weights[agent] / present);
    }
  }

  snapshot(writer: SnapshotWriter): void {
    this.instruments.snapshot(writer);
  }

  restore(reader: SnapshotReader, version: u32): void {
    this.instruments.restore(reader, version);
  }

  /** Settles the stake that is due and makes the next. */
  private evaluate(experts: Experts, pool: SignalPool, index: i32): void {
    const signal = this.at(index);
    const agent = <i32>signal.agentIndex;
    const madeNs = experts.stakeTimes[agent];
    if (madeNs >= 0) {
      if (<f64>(pool.timeNs - madeNs) < parameters.evaluationSeconds * NS_PER_SECOND) return;
      const ticks = (pool.midPrice - experts.stakeMids[agent]) / experts.tickSize;
      const realised = Math.min(Math.max(ticks / parameters.returnTicks, -1), 1);
      this.learn(experts, agent, experts.stakes[agent] * realised);
    }
    const alive = pool.timeNs < signal.expiresNs;
    experts.stakes[agent] = signal.score * signal.confidence;
    experts.stakeMids[agent] = pool.midPrice;
    experts.stakeTimes[agent] = alive ? pool.timeNs : -1;
  }

  /** Multiplies one weight, then brings the sum back to the number of agents and lifts those below the floor. */
  private learn(experts: Experts, agent: i32, payoff: f64): void {
    const weights = experts.weights;
    weights[agent] = weights[agent] * Math.exp(parameters.learningRate * payoff);
    let sum: f64 = 0;
    for (let index = 0; index < AGENTS_MAX; index++) sum += weights[index];
    const scale = <f64>AGENTS_MAX / sum;
    const floor = parameters.weightFloor * <f64>AGENTS_MAX;
    for (let index = 0; index < AGENTS_MAX; index++) weights[index] = Math.max(weights[index] * scale, floor);
  }
}

registerEnsemble(new Hedge());
