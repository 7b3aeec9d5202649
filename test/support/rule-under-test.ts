import { Side } from "../../abi/host/index.ts";
import type { PlainParameters, PlainPlugin } from "./plain-plugin.ts";
import { loadPlainPlugin } from "./plain-plugin.ts";
import type { FieldValues } from "./record-writer.ts";
import { writeRecord } from "./record-writer.ts";

/** A check that every bundled rule approves with wide limits. */
const harmless: FieldValues = {
  timeNs: 1e9,
  price: 6_000_000_000_000,
  quantity: 100_000,
  bidPrice: 6_000_000_000_000,
  askPrice: 6_000_001_000_000,
  instrumentId: 1,
  side: Side.BUY,
};

/** A risk rule, asked one check at a time. */
export class RuleUnderTest {
  readonly plugin: PlainPlugin;

  private constructor(plugin: PlainPlugin) {
    this.plugin = plugin;
  }

  static async load(name: string, parameters: PlainParameters): Promise<RuleUnderTest> {
    return new RuleUnderTest(await loadPlainPlugin("risk", name, parameters));
  }

  /** The verdict's code, what it saw, and against what limit. Throws unless there is one verdict. */
  ask(changes: FieldValues): { readonly code: number; readonly observed: bigint; readonly limit: bigint } {
    const { records } = this.plugin.send(writeRecord("RiskCheck", { ...harmless, ...changes }));
    const [verdict, more] = records;
    if (verdict?.name !== "RiskVerdict" || more !== undefined)
      throw new Error(`${records.length} records are no verdict`);
    const { code, observed, limit } = verdict.fields;
    return { code: Number(code), observed: BigInt(observed as bigint), limit: BigInt(limit as bigint) };
  }

  code(changes: FieldValues): number {
    return this.ask(changes).code;
  }
}
