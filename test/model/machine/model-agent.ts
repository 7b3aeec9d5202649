import { Side } from "../../../abi/host/index.ts";
import { ASK, BID, LOT } from "../../support/lane-under-test.ts";
import { buildTestPlugin } from "../../support/puppet-plugins.ts";

export const MODEL_AGENT = "model-agent";

/** From here on an ask size is an instruction; any smaller one is none. */
const BASE = 2 ** 40;
const LOTS_MAX = 16;
const ACTIONS = 4;
const AGENTS = 2;
const ACTION = { submit: 1, cancel: 2, replace: 3 } as const;

/** What an agent is to ask for. */
export interface Instruction {
  /** Its place among the agents. */
  readonly agent: number;
  readonly action: "submit" | "cancel" | "replace";
  readonly tag: number;
  readonly isBuy: boolean;
  readonly lots: number;
}

/**
 * An instruction as the size of the best ask: what an agent does has to follow from what the lane was given, or a replay could not make it again.
 *
 * ```
 *  2^40 + (((tag × 16 + lots) × 2 + isBuy) × 4 + action) × 2 + agent
 * ```
 */
export function instructionSize({ agent, action, tag, isBuy, lots }: Instruction): number {
  const order = (tag * LOTS_MAX + lots) * 2 + (isBuy ? 1 : 0);
  return BASE + (order * ACTIONS + ACTION[action]) * AGENTS + agent;
}

const source = `import { Agent, FeatureVector, registerAgent } from "abi/assembly";
import { parameters } from "./manifest";

class Instructed extends Agent {
  onFeatures(vector: FeatureVector): void {
    if (vector.askSize < ${BASE}) return;
    let rest = vector.askSize - ${BASE};
    if (<f64>(rest % ${AGENTS}) != parameters.place) return;
    rest /= ${AGENTS};
    const action = rest % ${ACTIONS};
    rest /= ${ACTIONS};
    const isBuy = rest % 2 == 1;
    rest /= 2;
    const quantity = (rest % ${LOTS_MAX}) * ${LOT};
    const tag = <u32>(rest / ${LOTS_MAX});
    if (action == ${ACTION.cancel}) this.cancel(tag);
    else if (action == ${ACTION.replace}) this.replace(tag, 0, quantity);
    else this.limit(isBuy ? ${Side.BUY} : ${Side.SELL}, isBuy ? ${BID} : ${ASK}, quantity, tag);
  }
}

registerAgent(new Instructed());
`;

/** An agent that does what the size of the best ask tells it. */
export function modelAgent(): Promise<Uint8Array> {
  const manifest = {
    name: MODEL_AGENT,
    kind: "agent",
    version: "1.0.0",
    abi: 1,
    description: "does what the size of the best ask tells it",
    reads: ["FeatureVector", "OrderEvent"],
    writes: ["OrderIntent"],
    features: ["first"],
    parameters: [{ name: "place", type: "f64", default: 0, min: 0, max: 1, description: "among the agents" }],
    limits: { gasBase: 20_000, gasPerByte: 16, initGas: 1_000_000, callDepth: 32, pages: 4, outputs: 4 },
  };
  return buildTestPlugin(MODEL_AGENT, manifest, source);
}
