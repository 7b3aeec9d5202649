import { FeatureVector, HEADER_BYTES, IntentAction } from "../../abi/host/index.ts";
import type { DescribedRecord } from "../../abi/host/index.ts";
import type { PlainParameters, PlainPlugin } from "./plain-plugin.ts";
import { loadPlainPlugin } from "./plain-plugin.ts";
import type { FieldValues } from "./record-writer.ts";
import { writeRecord } from "./record-writer.ts";

/** One thing that an agent asked for, in short. */
export type Asked =
  | {
      readonly kind: "submit";
      readonly side: number;
      readonly price: number;
      readonly quantity: number;
      readonly tag: number;
      readonly orderType: number;
      readonly timeInForce: number;
    }
  | { readonly kind: "cancel"; readonly tag: number }
  | { readonly kind: "replace"; readonly tag: number; readonly price: number; readonly quantity: number }
  | {
      readonly kind: "signal";
      readonly score: number;
      readonly confidence: number;
      readonly timeToLiveNs: number;
      readonly horizonNs: number;
    };

/** An agent, given one record at a time; answers are what it asked for. */
export class AgentUnderTest {
  readonly plugin: PlainPlugin;

  private constructor(plugin: PlainPlugin) {
    this.plugin = plugin;
  }

  static async load(
    name: string,
    parameters: PlainParameters,
    definition: FieldValues,
  ): Promise<AgentUnderTest> {
    const agent = new AgentUnderTest(await loadPlainPlugin("agent", name, parameters));
    agent.send("InstrumentDefinition", { instrumentId: 1, ...definition });
    return agent;
  }

  send(name: Parameters<typeof writeRecord>[0], values: FieldValues): Asked[] {
    return this.plugin.send(writeRecord(name, { instrumentId: 1, ...values })).records.map(inShort);
  }

  /** A feature vector with the first values, all of them fresh unless told. */
  features(values: readonly number[], fields: FieldValues = {}): Asked[] {
    const freshMask = 2 ** values.length - 1;
    const record = writeRecord("FeatureVector", { instrumentId: 1, freshMask, ...fields });
    values.forEach((value, index) =>
      record.writeDoubleLE(value, HEADER_BYTES + FeatureVector.values + index * 8),
    );
    return this.plugin.send(record).records.map(inShort);
  }
}

function inShort({ name, fields }: DescribedRecord): Asked {
  const at = (key: string): number => Number(fields[key]);
  if (name === "Signal")
    return {
      kind: "signal",
      score: at("score"),
      confidence: at("confidence"),
      timeToLiveNs: at("timeToLiveNs"),
      horizonNs: at("horizonNs"),
    };
  if (name !== "OrderIntent") throw new Error(`an agent wrote ${name}`);
  if (at("instrumentId") !== 1) throw new Error(`an intent for instrument ${at("instrumentId")}`);
  if (at("action") === IntentAction.CANCEL) return { kind: "cancel", tag: at("tag") };
  if (at("action") === IntentAction.REPLACE)
    return { kind: "replace", tag: at("tag"), price: at("price"), quantity: at("quantity") };
  return {
    kind: "submit",
    side: at("side"),
    price: at("price"),
    quantity: at("quantity"),
    tag: at("tag"),
    orderType: at("orderType"),
    timeInForce: at("timeInForce"),
  };
}

/** Those of one kind. */
export function only<K extends Asked["kind"]>(
  asked: readonly Asked[],
  kind: K,
): Extract<Asked, { kind: K }>[] {
  return asked.filter((each): each is Extract<Asked, { kind: K }> => each.kind === kind);
}
