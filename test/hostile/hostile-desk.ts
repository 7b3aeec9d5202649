import type { PluginKind } from "../../abi/host/index.ts";
import { memoryMapOf } from "../../abi/host/index.ts";
import type { AdmissionRequest, AdmissionTrust, KeyringFile } from "../../host/engine/index.ts";
import type { BuilderParts } from "../host/engine/module-builder.ts";
import { buildModule, pluginParts } from "../host/engine/module-builder.ts";
import { sampleManifest, withDescription } from "../host/engine/sample-module.ts";
import { keyEntry, NOW_MS, signedBy, testKey } from "../support/signing-desk.ts";
import type { TestKey } from "../support/signing-desk.ts";
import { returnsZero } from "./plugin-code.ts";

export const quant: TestKey = testKey(1);
export const riskOne: TestKey = testKey(2);
export const riskTwo: TestKey = testKey(3);
export const venue: TestKey = testKey(4);
export const revoked: TestKey = testKey(5);
export const expired: TestKey = testKey(6);
export const future: TestKey = testKey(7);
export const stagingOnly: TestKey = testKey(8);
export const stranger: TestKey = testKey(9);

/** The keyring of the host that these modules want to run on. */
export const keyringFile: KeyringFile = {
  format: 1,
  keys: [
    keyEntry("quant-1", "quant", quant),
    keyEntry("risk-1", "risk", riskOne),
    keyEntry("risk-2", "risk", riskTwo),
    keyEntry("venue-1", "venue", venue),
    keyEntry("revoked-1", "quant", revoked),
    keyEntry("expired-1", "quant", expired, { expires: "2026-06-01T00:00:00Z" }),
    keyEntry("future-1", "quant", future, { notBefore: "2026-12-31T00:00:00Z" }),
    keyEntry("staging-1", "quant", stagingOnly, { environments: ["staging"] }),
  ],
  revoked: { keys: [{ keyId: revoked.publicKey.keyId, reason: "stolen" }], modules: [] },
  minimumVersions: { antique: "2.0.0" },
};

/** Production, on the day of these tests. */
export function trustOf(
  more: Partial<AdmissionTrust> = {},
  keyring: KeyringFile = keyringFile,
): AdmissionTrust {
  return {
    environment: "production",
    account: "desk-7",
    instruments: ["BTCUSDT"],
    nowMs: NOW_MS,
    keyring: { text: JSON.stringify(keyring), source: "keyring.json" },
    floorDirectory: null,
    ...more,
  };
}

/** What the records of each kind are, so that a module's trial has something to show it. */
const records: Readonly<Record<PluginKind, Readonly<Record<string, readonly string[]>>>> = {
  agent: { reads: ["Quote"], writes: ["Signal", "OrderIntent"] },
  feature: { reads: ["Quote"], writes: ["FeatureUpdate"], outputs: ["one"] },
  ensemble: { reads: ["SignalPool"], writes: ["CombinedSignal"] },
  risk: { reads: ["RiskCheck"], writes: ["RiskVerdict"] },
  venue: { reads: ["Frame"], writes: ["Quote", "Trade", "BookDelta", "OutboundFrame"] },
};

/** Enough keys for a plugin of that kind. */
export function keysFor(kind: PluginKind): readonly TestKey[] {
  if (kind === "risk") return [riskOne, riskTwo];
  return [kind === "venue" ? venue : quant];
}

export interface PluginOptions {
  readonly kind?: PluginKind;
  /** Instructions of `handle`, its end included. */
  readonly handle?: readonly number[];
  readonly parts?: BuilderParts;
  readonly manifest?: Readonly<Record<string, unknown>>;
}

/** A plugin that is described and not signed. */
export function plugin({
  kind = "agent",
  handle = returnsZero,
  parts = {},
  manifest = {},
}: PluginOptions = {}): Uint8Array {
  const described = sampleManifest({ kind, ...records[kind], ...manifest });
  const { pages } = described.limits;
  return withDescription(buildModule(pluginParts(handle, { pages, ...parts })), described);
}

/** A plugin, signed as its kind needs it. */
export function signedPlugin(options: PluginOptions = {}): Uint8Array {
  return signedBy(plugin(options), ...keysFor(options.kind ?? "agent"));
}

export function requestOf(bytes: Uint8Array, trust: Partial<AdmissionTrust> = {}): AdmissionRequest {
  return { bytes, trust: trustOf(trust) };
}

/** Address of the first byte of a kind's outbox. */
export function outboxOf(kind: PluginKind): number {
  return memoryMapOf(kind).outboxOffset;
}

/** The first address of the plugin's own. */
export function baseOf(kind: PluginKind): number {
  return memoryMapOf(kind).memoryBase;
}
