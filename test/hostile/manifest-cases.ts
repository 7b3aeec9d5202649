import type { AdmissionCode, EngineErrorCode } from "../../host/engine/index.ts";
import { buildModule, pluginParts } from "../host/engine/module-builder.ts";
import { sampleManifest, withCustomSection } from "../host/engine/sample-module.ts";
import { signedBy } from "../support/signing-desk.ts";
import { plugin, quant, requestOf, signedPlugin } from "./hostile-desk.ts";
import type { HostileCase } from "./hostile-case.ts";
import { returnsZero } from "./plugin-code.ts";

type Code = AdmissionCode | EngineErrorCode;
type Manifest = Readonly<Record<string, unknown>>;

function refused(name: string, fault: string, code: Code, bytes: () => Uint8Array): HostileCase {
  return { name, fault, step: "manifest", code, request: () => requestOf(bytes()) };
}

function invalid(name: string, fault: string, manifest: Manifest): HostileCase {
  return refused(name, fault, "SANDPIT_ENGINE_MANIFEST_INVALID", () => signedPlugin({ manifest }));
}

function greedy(name: string, limits: Manifest): HostileCase {
  return refused(name, "P1", "SANDPIT_ENGINE_KIND_LIMIT", () =>
    signedPlugin({ manifest: { limits }, parts: { pages: 4 } }),
  );
}

function withText(manifest: string): Uint8Array {
  const bare = buildModule(pluginParts(returnsZero));
  return signedBy(withCustomSection(bare, "sandpit.manifest", manifest), quant);
}

const full = JSON.stringify(sampleManifest());

/** Manifests that lie, ask for too much, or are none. */
export const manifestCases: readonly HostileCase[] = [
  refused("no manifest", "P19", "SANDPIT_ENGINE_MANIFEST_MISSING", () =>
    signedBy(buildModule(pluginParts(returnsZero)), quant),
  ),
  refused("two manifests", "S6", "SANDPIT_ENGINE_MANIFEST_MISSING", () =>
    signedBy(withCustomSection(plugin(), "sandpit.manifest", full), quant),
  ),
  refused("a manifest that is no JSON", "P19", "SANDPIT_ENGINE_MANIFEST_INVALID", () => withText("{")),
  refused("a manifest of half a megabyte", "P5", "SANDPIT_ENGINE_MANIFEST_INVALID", () =>
    withText(full.replace("a plugin of the tests", "x".repeat(524_288))),
  ),
  refused("a manifest of ten thousand brackets", "P5", "SANDPIT_ENGINE_MANIFEST_INVALID", () =>
    withText("[".repeat(10_000)),
  ),
  refused("a manifest that sets a prototype", "P20", "SANDPIT_ENGINE_MANIFEST_INVALID", () =>
    withText(full.replace("{", '{"__proto__": {"kind": "risk"},')),
  ),
  invalid("a key that no manifest has", "P19", { mayWithdraw: true }),
  invalid("another version of the ABI", "P19", { abi: 2 }),
  invalid("gas that is no whole number", "P1", { limits: { gasBase: 1e300 } }),
  invalid("a name that steers a terminal", "P21", { name: "\u001b[2J" }),
  greedy("gas without end", { gasBase: 2_147_483_647 }),
  greedy("a thousand pages", { pages: 1_000 }),
  greedy("a million outputs a call", { outputs: 1_000_000 }),
  greedy("no page of its own", { pages: 1 }),
  refused("a record that no host has", "P19", "SANDPIT_ENGINE_RECORD_LAYOUT", () =>
    signedPlugin({ manifest: { reads: ["Withdrawal"] } }),
  ),
  refused("the layout of a record moved", "P19", "SANDPIT_ENGINE_RECORD_LAYOUT", () => {
    const described = withCustomSection(buildModule(pluginParts(returnsZero)), "sandpit.manifest", full);
    const layouts = JSON.stringify({ Quote: "#10 bidPrice:int64@0", Signal: "#22 score:double@8" });
    return signedBy(withCustomSection(described, "sandpit.records", layouts), quant);
  }),
  refused("an agent that claims to write to the venue", "P11", "SANDPIT_ADMISSION_CAPABILITY", () =>
    signedPlugin({ manifest: { writes: ["Signal", "OutboundFrame"] } }),
  ),
  refused("a feature that claims to approve orders", "P11", "SANDPIT_ADMISSION_CAPABILITY", () =>
    signedPlugin({ kind: "feature", manifest: { writes: ["FeatureUpdate", "RiskVerdict"] } }),
  ),
];
