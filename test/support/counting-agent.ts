import { buildTestPlugin, puppetNames } from "./puppet-plugins.ts";

const source = (
  extra: number,
  trap: string,
): string => `import { Agent, FeatureVector, registerAgent, SnapshotReader, SnapshotWriter } from "abi/assembly";
import { parameters } from "./manifest";

class Counting extends Agent {
  private seen: u32 = 0;

  onFeatures(vector: FeatureVector): void {
    this.seen += 1;
    ${trap}
    this.signal(parameters.edge, <f64>(this.seen + ${extra}) / 10_000, 1, 1_000_000_000);
  }

  snapshot(writer: SnapshotWriter): void {
    writer.u32(this.seen);
  }

  restore(reader: SnapshotReader, version: u32): void {
    this.seen = reader.u32();
  }
}

registerAgent(new Counting());
`;

export interface CountingTerms {
  readonly version?: string;
  /** Added to what it tells, and to nothing that it knows. */
  readonly extra?: number;
  /** Of its state, and which others it reads; null: it has none. */
  readonly state?: { readonly version: number; readonly restores: readonly number[] };
  /** With an `edge` above 0.9, which no trial of an admission gives it, it traps on the vector of this number. */
  readonly trapAt?: number;
}

/** An agent under the puppet's name that counts the vectors it was shown, and tells ten thousandths of the count as the confidence of a signal of the score `edge`. */
export function countingAgent({
  version = "1.0.0",
  extra = 0,
  state = { version: 1, restores: [1] },
  trapAt = 0,
}: CountingTerms = {}): Promise<Uint8Array> {
  const manifest = {
    name: puppetNames.agent,
    kind: "agent",
    version,
    abi: 1,
    description: "counts what it is shown",
    reads: ["FeatureVector"],
    writes: ["Signal"],
    features: ["first", "second"],
    state,
    parameters: [{ name: "edge", type: "f64", default: 0.5, min: 0, max: 1, description: "the score" }],
    limits: { gasBase: 20_000, gasPerByte: 16, initGas: 1_000_000, callDepth: 32, pages: 4, outputs: 4 },
  };
  const trap = trapAt === 0 ? "" : `if (parameters.edge > 0.9 && this.seen == ${trapAt}) unreachable();`;
  return buildTestPlugin(puppetNames.agent, manifest, source(extra, trap));
}
