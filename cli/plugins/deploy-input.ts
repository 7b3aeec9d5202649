import type { PluginKind } from "../../abi/host/index.ts";
import type { DeployInput } from "../../host/control/api/index.ts";

export interface Deployment {
  readonly slot: string;
  readonly reason: string;
  readonly kind: PluginKind;
  readonly module: Uint8Array;
  readonly parameters: Readonly<Record<string, number>>;
  readonly isFresh: boolean;
  readonly sourceMap: string | null;
}

/** A larger map is left out: the host would refuse the deployment for what only makes its texts better. */
const SOURCE_MAP_CHARACTERS_MAX = 524_288;

/** A deployment as the control API takes it. */
export function deployInput({ module, sourceMap, ...rest }: Deployment): DeployInput {
  const map = sourceMap === null || sourceMap.length > SOURCE_MAP_CHARACTERS_MAX ? {} : { sourceMap };
  return { ...rest, module: Buffer.from(module).toString("base64"), ...map };
}
