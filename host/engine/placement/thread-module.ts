import { OffsetMap } from "../meter/offset-map.ts";
import type { InstanceParts } from "../plugin-instance.ts";

/** The parts of a module that a plugin's thread is given. `compiled` is shared, not copied: the thread runs the code that the host admitted, byte for byte. */
export interface ThreadModule extends Omit<InstanceParts, "metered" | "positions"> {
  readonly offsetPairs: Uint32Array;
}

/** What another thread can be given of a module. */
export function threadModuleOf(parts: InstanceParts): ThreadModule {
  const { manifest, trust, verifiedSha256, meteredSha256, metered, compiled, hasPlainState } = parts;
  const offsetPairs = metered.offsets.copyPairs();
  return { manifest, trust, verifiedSha256, meteredSha256, compiled, hasPlainState, offsetPairs };
}

/** On the plugin's thread: what its instance is made from. */
export function instancePartsOf({ offsetPairs, ...parts }: ThreadModule): InstanceParts {
  return { ...parts, metered: { offsets: new OffsetMap(offsetPairs) }, positions: null };
}
