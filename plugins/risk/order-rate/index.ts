import { registerRiskRule, RiskCheck, RiskRule, SnapshotReader, SnapshotWriter } from "abi/assembly";
import { parameters } from "./manifest";

const TOO_MANY_ORDERS: u32 = 31;
const TOO_MANY_OF_AGENT: u32 = 32;
const UNKNOWN_AGENT: u32 = 33;
const NS_PER_SECOND: f64 = 1e9;
const AGENTS_MAX: u32 = 64;
/** Part of an order, microseconds of the window: keeps rounding, a thousandth of that, from denying the last of a full burst. */
const SLACK: f64 = 0.000001;

/**
 * A bucket that leaks at limit / window and denies when it would overflow (the generic cell rate algorithm of ITU-T I.371, as virtual
 * scheduling): one number for each limit, where a sliding window would need a stamp for each order. A burst of the whole limit is
 * allowed, then the rate holds: any one window admits at most twice the limit, and a long run the limit a window.
 */
class Bucket {
  /** The time at which the bucket will have run empty. */
  emptyNs: f64 = 0;

  /** How many orders are in the bucket now. */
  level(timeNs: f64, costNs: f64): f64 {
    return this.emptyNs <= timeNs ? 0 : (this.emptyNs - timeNs) / costNs;
  }

  add(timeNs: f64, costNs: f64): void {
    this.emptyNs = Math.max(this.emptyNs, timeNs) + costNs;
  }
}

/** Message limits: RTS 6 (EU 2017/589) article 15(1)(d) and 15(3); FIA 2024 "outbound message rate". */
class OrderRate extends RiskRule {
  private all: Bucket = new Bucket();
  private agents: StaticArray<Bucket | null> = new StaticArray<Bucket | null>(<i32>AGENTS_MAX);

  onCheck(check: RiskCheck): void {
    if (check.agentIndex >= AGENTS_MAX) return this.deny(UNKNOWN_AGENT, check.agentIndex, AGENTS_MAX);
    const windowNs = parameters.windowSeconds * NS_PER_SECOND;
    const timeNs = <f64>check.timeNs;
    const cost = windowNs / <f64>parameters.ordersMax;
    const agentCost = windowNs / <f64>parameters.agentOrdersMax;
    const agent = this.bucket(check.agentIndex);
    const level = this.all.level(timeNs, cost);
    if (level + 1 > <f64>parameters.ordersMax + SLACK)
      return this.deny(TOO_MANY_ORDERS, <i64>level + 1, parameters.ordersMax);
    const agentLevel = agent.level(timeNs, agentCost);
    if (agentLevel + 1 > <f64>parameters.agentOrdersMax + SLACK)
      return this.deny(TOO_MANY_OF_AGENT, <i64>agentLevel + 1, parameters.agentOrdersMax);
    this.all.add(timeNs, cost);
    agent.add(timeNs, agentCost);
    this.approve();
  }

  snapshot(writer: SnapshotWriter): void {
    writer.f64(this.all.emptyNs);
    for (let agent: u32 = 0; agent < AGENTS_MAX; agent++) {
      const bucket = this.agents[<i32>agent];
      writer.f64(bucket === null ? 0 : bucket.emptyNs);
    }
  }

  restore(reader: SnapshotReader, version: u32): void {
    this.all.emptyNs = reader.f64();
    for (let agent: u32 = 0; agent < AGENTS_MAX; agent++) this.bucket(agent).emptyNs = reader.f64();
  }

  private bucket(agentIndex: u32): Bucket {
    const known = this.agents[<i32>agentIndex];
    if (known !== null) return known;
    const made = new Bucket();
    this.agents[<i32>agentIndex] = made;
    return made;
  }
}

registerRiskRule(new OrderRate());
