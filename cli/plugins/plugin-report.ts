import type { ModuleReport, ModuleSignature } from "../../host/engine/index.ts";
import { EngineError, loadModule, readModuleSignature } from "../../host/engine/index.ts";

/** What the engine says of a module when it is asked to load it. */
export interface Admission {
  readonly isAdmitted: boolean;
  /** The refusal, or what is compiled and run in the module's place. */
  readonly text: string;
}

/** Takes a module through every check of the engine. */
export function admissionOf(bytes: Uint8Array): Admission {
  try {
    const { meteredSha256, meterVersion } = loadModule(bytes);
    return { isAdmitted: true, text: `metered by version ${meterVersion} to ${meteredSha256}` };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { isAdmitted: false, text: `${error.code}: ${error.message}` };
  }
}

/** What a module carries of signatures. Nobody is believed here: that takes a keyring. */
export interface SignatureReport {
  /** SHA-256 of what the signatures cover: what a revocation names. */
  readonly contentSha256: string | null;
  /** Ids of the keys that are said to have signed. */
  readonly keyIds: readonly string[];
  /** Why the signatures cannot be read, or null. */
  readonly error: string | null;
}

export function signatureReportOf(bytes: Uint8Array): SignatureReport {
  try {
    const { contentSha256, records }: ModuleSignature = readModuleSignature(bytes);
    return { contentSha256, keyIds: records.map(({ keyId }) => keyId), error: null };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { contentSha256: null, keyIds: [], error: `${error.code}: ${error.message}` };
  }
}

function signatureText({ keyIds, error }: SignatureReport): string {
  if (error !== null) return `REFUSED, ${error}`;
  if (keyIds.length === 0) return "none: it runs in development alone";
  const names = keyIds.map((keyId) => (keyId === "" ? "a key without id" : keyId));
  return `by ${names.join(", ")}; "plugin verify" tells whether they are believed`;
}

/** A module for people. */
export function reportText(report: ModuleReport, admission: Admission, signature: SignatureReport): string {
  const { manifest } = report;
  const features = [
    report.usesSimd ? "SIMD" : "",
    report.usesBulkMemory ? "bulk memory" : "",
    report.hasStart ? "START SECTION" : "",
  ].filter((name) => name !== "");
  const lines: (readonly [string, string])[] = [
    [
      "plugin",
      manifest === null
        ? `no manifest: ${report.manifestError ?? ""}`
        : `${manifest.kind} ${manifest.name} ${manifest.version}`,
    ],
    ["", manifest?.description ?? ""],
    ["admitted", `${admission.isAdmitted ? "yes" : "NO"}, ${admission.text}`],
    ["signature", signatureText(signature)],
    ["content", signature.contentSha256 ?? "unknown"],
    [
      "size",
      `${report.sizeBytes.toLocaleString("en-US")} bytes, ${report.functions} functions, ${report.instructions.toLocaleString("en-US")} instructions, ${report.dataBytes} bytes of data`,
    ],
    ["sha256", report.sha256],
    ["uses", features.join(", ") || "the basic instructions alone"],
    [
      "imports",
      report.imports
        .map(
          ({ name, kind, memory }) =>
            `${name} (${kind}${memory === null ? "" : `, ${memory.min} to ${memory.max ?? "any"} pages`})`,
        )
        .join(", ") || "nothing",
    ],
    [
      "exports",
      report.exports.map(({ name, type }) => `${name}${type === null ? "" : ` ${type}`}`).join(", "),
    ],
    ["sections", report.sections.map(({ name, sizeBytes }) => `${name} ${sizeBytes}`).join(", ")],
  ];
  if (manifest !== null) {
    const { gasBase, gasPerByte, pages, outputs, callDepth } = manifest.limits;
    lines.push(["reads", manifest.reads.join(", ")], ["writes", manifest.writes.join(", ")]);
    lines.push([
      "limits",
      `gas ${gasBase.toLocaleString("en-US")} a call and ${gasPerByte} a byte, ${pages} pages, ${outputs} outputs a call, call depth ${callDepth}`,
    ]);
    for (const { name, type, default: value, min, max, description } of manifest.parameters)
      lines.push(["parameter", `${name} (${type}) ${value}, from ${min} to ${max}: ${description}`]);
  }
  return `${lines.map(([name, text]) => `${name.padEnd(12)}${text}`).join("\n")}\n`;
}
