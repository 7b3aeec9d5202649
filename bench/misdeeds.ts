/** What an agent can do wrong. */
export const Misdeed = {
  SPIN: "spin",
  RECURSE: "recurse",
  GROW: "grow",
  FLOOD: "flood",
  TRAP: "trap",
} as const;
export type Misdeed = (typeof Misdeed)[keyof typeof Misdeed];

/** The most that the engine lets a plugin ask for: 10 million instructions a call are 3 to 10 ms. */
export const mostLimits = {
  gasBase: 10_000_000,
  gasPerByte: 1_000,
  initGas: 1_000_000,
  callDepth: 512,
  pages: 4,
  outputs: 32,
} as const;

const deeds: Readonly<Record<Misdeed, string>> = {
  spin: "while (true) store<u32>(4084, load<u32>(4084) + 1);",
  recurse: "store<u32>(4084, down(0));",
  grow: "while (true) memory.grow(1);",
  flood: "for (let index: u32 = 0; index < 300; index++) this.limit(1, vector.bidPrice, 100000, index + 1);",
  trap: "unreachable();",
};

/**
 * AssemblyScript of an agent that does `ordinary` on each FeatureVector, and from the `after`th on something wrong. In both, `this.count` is how many
 * it has seen.
 */
export function misdeedSource(misdeed: Misdeed | null, after: number, ordinary = ""): string {
  const deed = misdeed === null ? "" : `if (this.count >= ${after}) { ${deeds[misdeed]} return; }`;
  return `import { Agent, FeatureVector, registerAgent } from "abi/assembly";
function down(depth: u32): u32 {
  return depth == 0xffff_ffff ? 0 : down(depth + 1) + load<u32>(depth & 1023);
}
class Misbehaving extends Agent {
  private count: u32 = 0;
  onFeatures(vector: FeatureVector): void {
    this.count += 1;
    ${deed}
    ${ordinary}
  }
}
registerAgent(new Misbehaving());
`;
}
