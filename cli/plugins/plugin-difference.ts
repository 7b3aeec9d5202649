import { basename } from "node:path";
import type { Manifest, ModuleReport } from "../../host/engine/index.ts";
import { inspectModule } from "../../host/engine/index.ts";
import type { SignatureReport } from "./plugin-report.ts";
import { signatureReportOf } from "./plugin-report.ts";

/** One thing in which two modules differ; "-" where one of them does not have it. */
export interface Difference {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

export interface PluginDifference {
  /** Whether everything but the signatures is the same, byte for byte. */
  readonly hasEqualContent: boolean;
  readonly differences: readonly Difference[];
}

type Facts = ReadonlyMap<string, string>;

/** What a reviewer has to know of two versions of a plugin: what it may do, not which bytes moved. Throws EngineError for no module. */
export function differenceOf(before: Uint8Array, after: Uint8Array): PluginDifference {
  const [old, young] = [factsOf(before), factsOf(after)];
  const names = [...new Set([...old.keys(), ...young.keys()])];
  const differences = names
    .map((what) => ({ what, before: old.get(what) ?? "-", after: young.get(what) ?? "-" }))
    .filter((row) => row.before !== row.after);
  const content = old.get("content");
  return { hasEqualContent: content !== undefined && content === young.get("content"), differences };
}

/** Two modules for people. */
export function differenceText(
  { differences, hasEqualContent }: PluginDifference,
  files: readonly string[],
): string {
  const heading = `${files.map((file) => basename(file)).join(" -> ")}: ${hasEqualContent ? "equal but for signatures" : `${differences.length} differences`}`;
  const width = Math.max(0, ...differences.map(({ what }) => what.length)) + 2;
  const rows = differences.map(({ what, before, after }) => `  ${what.padEnd(width)}${before} -> ${after}`);
  return `${[heading, ...rows].join("\n")}\n`;
}

function factsOf(bytes: Uint8Array): Facts {
  const report = inspectModule(bytes);
  return new Map([
    ...signatureFacts(signatureReportOf(bytes)),
    ...codeFacts(report),
    ...(report.manifest === null ? [] : manifestFacts(report.manifest)),
  ]);
}

function signatureFacts({ contentSha256, keyIds, error }: SignatureReport): [string, string][] {
  const signed = error ?? (keyIds.length === 0 ? "nobody" : [...keyIds].sort().join(", "));
  return [
    ["signed by", signed],
    ...(contentSha256 === null ? [] : [["content", contentSha256] as [string, string]]),
  ];
}

function codeFacts(report: ModuleReport): [string, string][] {
  const code = report.sections.find(({ name }) => name === "code")?.sizeBytes ?? 0;
  return [
    ["size in bytes", String(report.sizeBytes)],
    ["code in bytes", String(code)],
    ["functions", String(report.functions)],
    ["instructions", String(report.instructions)],
    ["data in bytes", String(report.dataBytes)],
    ["SIMD", report.usesSimd ? "yes" : "no"],
    ["bulk memory", report.usesBulkMemory ? "yes" : "no"],
    ...report.imports.map(({ name, kind, memory }): [string, string] => [
      `import ${name}`,
      memory === null ? kind : `${kind}, ${memory.min} to ${memory.max ?? "any"} pages`,
    ]),
    ...report.exports.map(({ name, kind, type }): [string, string] => [`export ${name}`, type ?? kind]),
  ];
}

function manifestFacts(manifest: Manifest): [string, string][] {
  const { limits, parameters, state } = manifest;
  const list = (items: readonly string[] | null): string =>
    items === null ? "any" : items.length === 0 ? "none" : items.join(", ");
  const time = (ms: number | null): string => (ms === null ? "any" : new Date(ms).toISOString());
  return [
    ["name", manifest.name],
    ["kind", manifest.kind],
    ["version", manifest.version],
    ["abi", String(manifest.abi)],
    ["description", manifest.description],
    ["reads", list(manifest.reads)],
    ["writes", list(manifest.writes)],
    ["features", list(manifest.features)],
    ["outputs", list(manifest.outputs)],
    ["environments", list(manifest.environments)],
    ["instruments", list(manifest.instruments)],
    ["accounts", list(manifest.accounts)],
    ["not before", time(manifest.notBeforeMs)],
    ["expires", time(manifest.expiresMs)],
    ["state", state === null ? "none" : `${state.version}, restores ${list(state.restores.map(String))}`],
    ...Object.entries(limits).map(([name, value]): [string, string] => [`limit ${name}`, String(value)]),
    ...parameters.map(({ name, type, default: value, min, max }): [string, string] => [
      `parameter ${name}`,
      `${type} ${value}, from ${min} to ${max}`,
    ]),
  ];
}
