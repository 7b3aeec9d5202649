import { PARAMETERS_OFFSET } from "../../abi/host/index.ts";
import { EngineError } from "./engine-error.ts";
import type { Manifest, ManifestParameter } from "./manifest.ts";

/** Values given by the configuration, by name. */
export type ParameterValues = Readonly<Record<string, number>>;

/**
 * The value of each parameter of a manifest, in its order. Throws for an unknown name, a value out of range
 * or of the wrong type.
 */
export function resolveParameters(manifest: Manifest, values: ParameterValues): number[] {
  const known = new Set(manifest.parameters.map((parameter) => parameter.name));
  for (const name of Object.keys(values)) {
    if (!known.has(name)) {
      const names = [...known].join(", ");
      const text = `${manifest.name}.parameters.${name}: there is no such parameter; the plugin has ${names === "" ? "none" : names}`;
      throw new EngineError("SANDPIT_ENGINE_PARAMETER_UNKNOWN", text);
    }
  }
  return manifest.parameters.map((parameter) => {
    const value = Object.hasOwn(values, parameter.name) ? values[parameter.name] : undefined;
    return checked(manifest, parameter, value ?? parameter.default);
  });
}

function checked(manifest: Manifest, parameter: ManifestParameter, value: number): number {
  const integral = parameter.type === "f64" || Number.isSafeInteger(value);
  // Written so that NaN fails.
  if (integral && value >= parameter.min && value <= parameter.max) return value;
  const kind = parameter.type === "f64" ? "a number" : "an integer";
  const text = `${manifest.name}.parameters.${parameter.name} is ${value}: give ${kind} from ${parameter.min} to ${parameter.max}`;
  throw new EngineError("SANDPIT_ENGINE_PARAMETER_RANGE", text);
}

/**
 * Writes the parameters into their slots: 8 bytes each, f64 or i64, little endian, in the manifest's order.
 */
export function writeParameters(memory: ArrayBuffer, manifest: Manifest, values: readonly number[]): void {
  const view = new DataView(memory);
  manifest.parameters.forEach((parameter, index) => {
    const offset = PARAMETERS_OFFSET + 8 * index;
    const value = values[index] ?? parameter.default;
    if (parameter.type === "f64") view.setFloat64(offset, value, true);
    else view.setBigInt64(offset, BigInt(value), true);
  });
}
