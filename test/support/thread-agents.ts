import { buildTestPlugin, puppetNames } from "./puppet-plugins.ts";

/** What an agent on a thread can do wrong. */
export const Misdeed = {
  SPIN: "spin",
  RECURSE: "recurse",
  GROW: "grow",
  FLOOD: "flood",
  TRAP: "trap",
} as const;
export type Misdeed = (typeof Misdeed)[keyof typeof Misdeed];

/** The most that the engine lets a plugin ask for. */
const LIMITS_MOST = {
  gasBase: 10_000_000,
  gasPerByte: 1_000,
  initGas: 1_000_000,
  callDepth: 512,
  pages: 4,
  outputs: 32,
};

const deeds: Readonly<Record<Misdeed, string>> = {
  spin: "while (true) store<u32>(4084, load<u32>(4084) + 1);",
  recurse: "store<u32>(4084, down(0));",
  grow: "while (true) memory.grow(1);",
  flood:
    "for (let index: u32 = 0; index < 300; index++) this.limit(1, vector.bidPrice, 100000, this.tag + index);",
  trap: "unreachable();",
};

/** An agent that asks for an order on each vector, and from the `after`th on does something wrong, if anything. */
function agentOf(name: string, misdeed: Misdeed | null, after: number): Promise<Uint8Array> {
  const deed = misdeed === null ? "" : `if (this.tag >= ${after}) { ${deeds[misdeed]} return; }`;
  const source = `import { Agent, FeatureVector, registerAgent } from "abi/assembly";
function down(depth: u32): u32 {
  return depth == 0xffff_ffff ? 0 : down(depth + 1) + load<u32>(depth & 1023);
}
class Trader extends Agent {
  private tag: u32 = 0;
  onFeatures(vector: FeatureVector): void {
    this.tag += 1;
    ${deed}
    this.limit(1, vector.bidPrice, 100000, this.tag);
  }
}
registerAgent(new Trader());
`;
  const manifest = {
    name,
    kind: "agent",
    version: "1.0.0",
    abi: 1,
    description: "trades, or does something wrong",
    reads: ["FeatureVector", "OrderEvent"],
    writes: ["Signal", "OrderIntent"],
    features: ["first", "second"],
    limits: LIMITS_MOST,
  };
  return buildTestPlugin(name, manifest, source);
}

export function tradingAgent(): Promise<Uint8Array> {
  return agentOf(puppetNames.agent, null, 0);
}

export function hostileAgent(misdeed: Misdeed, after = 5): Promise<Uint8Array> {
  return agentOf(puppetNames.agent, misdeed, after);
}
