import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describeRecord, HEADER_BYTES } from "../../abi/host/index.ts";
import type { DescribedRecord } from "../../abi/host/index.ts";
import type { LoadedPlugin, PluginSlot } from "../../host/engine/index.ts";
import { compilePlugin } from "../../tools/plugin-build/compile.ts";
import type { PluginKind } from "../../tools/plugin-build/plugin-source.ts";
import { projectRoot, readPluginSource } from "../../tools/plugin-build/plugin-source.ts";
import { Puppet, puppetSource } from "./puppet-source.ts";

const records: Readonly<Record<PluginKind, readonly [reads: readonly string[], writes: readonly string[]]>> =
  {
    venue: [
      ["Frame", "OrderCommand", "InstrumentDefinition", "AssetDefinition"],
      [
        "LineSequence",
        "Quote",
        "Trade",
        "BookDelta",
        "ExecutionReport",
        "RequestReply",
        "Balance",
        "OutboundFrame",
      ],
    ],
    feature: [["Quote", "Trade", "BookTop", "Timer"], ["FeatureUpdate"]],
    agent: [
      ["FeatureVector", "CombinedSignal", "OrderEvent", "Timer"],
      ["Signal", "OrderIntent"],
    ],
    ensemble: [["SignalPool"], ["CombinedSignal"]],
    risk: [["RiskCheck"], ["RiskVerdict"]],
  };

/** Names of the puppets, by kind. */
export const puppetNames: Readonly<Record<PluginKind, string>> = {
  venue: "puppet-venue",
  feature: "puppet-feature",
  agent: "puppet-agent",
  ensemble: "puppet-ensemble",
  risk: "puppet-risk",
};

/** Modules of all five puppets, built by the project's own plugin build, and kept in build/ while their sources stay the same. */
export async function puppetModules(): Promise<Map<string, Uint8Array>> {
  const modules = new Map<string, Uint8Array>();
  for (const kind of ["venue", "feature", "agent", "ensemble", "risk"] as const)
    modules.set(puppetNames[kind], await puppetModule(kind));
  return modules;
}

async function puppetModule(kind: PluginKind): Promise<Uint8Array> {
  return buildTestPlugin(puppetNames[kind], manifestOf(kind), puppetSource(kind));
}

/** A puppet of another name, which says something else of itself. */
export async function puppetVariant(
  kind: PluginKind,
  name: string,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<Uint8Array> {
  return buildTestPlugin(name, { ...manifestOf(kind), ...changes, name }, puppetSource(kind));
}

/** Builds a plugin from its manifest and the text of its index.ts, by the project's own plugin build, in a folder of its own. */
export async function buildTestPlugin(name: string, content: object, source: string): Promise<Uint8Array> {
  const manifest = JSON.stringify(content, null, 2);
  const root = join(projectRoot, "build", "test-plugins");
  const kept = join(root, `${name}-${stampOf(manifest, source)}.wasm`);
  if (existsSync(kept)) return readFileSync(kept);
  const folder = join(root, `${process.pid}-${name}`, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "manifest.json"), manifest);
  writeFileSync(join(folder, "index.ts"), source);
  const { wasm } = await compilePlugin(readPluginSource(folder));
  writeFileSync(join(folder, "module.wasm"), wasm);
  renameSync(join(folder, "module.wasm"), kept);
  rmSync(dirname(folder), { recursive: true, force: true });
  return wasm;
}

function stampOf(manifest: string, source: string): string {
  const hash = createHash("sha256").update(manifest).update(source);
  for (const folder of ["abi/assembly", "tools/plugin-build"]) {
    const path = join(projectRoot, folder);
    for (const name of readdirSync(path).sort()) hash.update(readFileSync(join(path, name)));
  }
  return hash.digest("hex").slice(0, 16);
}

function manifestOf(kind: PluginKind): object {
  const [reads, writes] = records[kind];
  const isVenue = kind === "venue";
  return {
    name: puppetNames[kind],
    kind,
    version: "1.0.0",
    abi: 1,
    description: "does what a test tells it",
    reads,
    writes,
    ...(kind === "feature" ? { outputs: ["first", "second"] } : {}),
    ...(kind === "agent" ? { features: ["first", "second"] } : {}),
    limits: {
      gasBase: isVenue ? 200_000 : 20_000,
      gasPerByte: isVenue ? 64 : 16,
      initGas: 1_000_000,
      callDepth: 32,
      pages: isVenue ? 40 : 4,
      outputs: kind === "risk" || kind === "ensemble" ? 1 : 4,
    },
  };
}

export interface Orders {
  /** A Deed. */
  readonly deed?: number;
  /** Records with headers, written one after the other. */
  readonly records?: readonly Uint8Array[];
  /** Only on a call with this record; any when left out. */
  readonly template?: number;
  /** Again on each call. */
  readonly keep?: boolean;
}

/** A puppet, or the one in a slot. */
export type PuppetPlace = Pick<PluginSlot | LoadedPlugin, "u8">;

/** Tells the puppet in a slot what to do on its next call. */
export function order(
  slot: PuppetPlace,
  { deed = 0, records: list = [], template = 0, keep = false }: Orders,
): void {
  const view = Buffer.from(slot.u8.buffer);
  const script = Buffer.concat(list);
  if (script.length > Puppet.logBytes - Puppet.script)
    throw new Error(`a script of ${script.length} bytes is too long`);
  script.copy(view, Puppet.script);
  for (const [at, value] of [
    [Puppet.deed, deed],
    [Puppet.template, template],
    [Puppet.scriptBytes, script.length],
    [Puppet.keep, keep ? 1 : 0],
  ] as const)
    view.writeUInt32LE(value, at);
}

/** What the puppet in a slot was given since this was asked last. */
export function received(slot: PuppetPlace): DescribedRecord[] {
  const bytes = Buffer.from(slot.u8.buffer);
  const end = bytes.readUInt32LE(Puppet.logBytes);
  const view = new DataView(slot.u8.buffer, Puppet.log, end);
  const list: DescribedRecord[] = [];
  for (let at = 0; at < end; at += (HEADER_BYTES + view.getUint16(at, true) + 7) & ~7) {
    const record = describeRecord(view, at);
    if (record !== null) list.push(record);
  }
  bytes.writeUInt32LE(0, Puppet.logBytes);
  return list;
}
