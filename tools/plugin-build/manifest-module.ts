import type { SourceManifest } from "./plugin-source.ts";

const identifier = /^[a-z][A-Za-z0-9]*$/;

/** The AssemblyScript side of a manifest: typed parameters, features and outputs, so that an author never counts offsets. */
export function manifestModule(manifest: SourceManifest): string {
  const imports = manifest.features === undefined ? "PARAMETERS_OFFSET" : "FeatureVector, PARAMETERS_OFFSET";
  const parts = [
    "// Generated from manifest.json by `sandpit plugin build`. Do not edit.",
    ...(needsImport(manifest) ? [`import { ${imports} } from "abi/assembly";`] : []),
    ...parametersPart(manifest),
    ...featuresPart(manifest),
    ...outputsPart(manifest),
  ];
  return `${parts.join("\n\n")}\n`;
}

function needsImport(manifest: SourceManifest): boolean {
  return (manifest.parameters ?? []).length > 0 || manifest.features !== undefined;
}

function parametersPart(manifest: SourceManifest): string[] {
  const parameters = manifest.parameters ?? [];
  if (parameters.length === 0) return [];
  const fields = parameters.map(
    (parameter) => `  /** ${parameter.description} */\n  ${checked(parameter.name)}: ${parameter.type};`,
  );
  return [
    `@unmanaged\nexport class Parameters {\n${fields.join("\n")}\n}`,
    "/** As configured; the host has checked the ranges. */\nexport const parameters: Parameters = changetype<Parameters>(PARAMETERS_OFFSET);",
  ];
}

function featuresPart(manifest: SourceManifest): string[] {
  if (manifest.features === undefined) return [];
  const fields = manifest.features.map((name) => `  ${checked(name)}: f64;`);
  const mask = 2 ** manifest.features.length - 1;
  return [
    `@unmanaged\nexport class Features {\n${fields.join("\n")}\n}`,
    `/** The features that the manifest names. */\nexport function features(vector: FeatureVector): Features {\n  return changetype<Features>(changetype<usize>(vector) + offsetof<FeatureVector>("values0"));\n}`,
    `/** Whether every one of them is present and not stale. */\nexport function fresh(vector: FeatureVector): bool {\n  return (vector.freshMask & ${mask}) == ${mask};\n}`,
  ];
}

function outputsPart(manifest: SourceManifest): string[] {
  if (manifest.outputs === undefined) return [];
  const lines = manifest.outputs.map((name, index) => `  export const ${checked(name)}: u16 = ${index};`);
  return [`export namespace Output {\n${lines.join("\n")}\n}`];
}

function checked(name: string): string {
  if (!identifier.test(name))
    throw new Error(
      `manifest: "${name}" is no name for a field; start with a small letter, go on with letters and digits`,
    );
  return name;
}
