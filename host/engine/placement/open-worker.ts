import { memoryMapOf } from "../../../abi/host/index.ts";
import { MemoryPool } from "../memory-pool.ts";
import type { ParameterValues } from "../parameters.ts";
import { instantiatePlugin } from "../plugin-instance.ts";
import { PluginSlot } from "../plugin-slot.ts";
import type { ChannelMap } from "./channel-layout.ts";
import { channelMap, ChannelWord, CONTROL_WORDS } from "./channel-layout.ts";
import { FaultText } from "./fault-text.ts";
import { ImageKeeper } from "./image-keeper.ts";
import { MemoryImages } from "./memory-image.ts";
import type { WorkerStart } from "./plugin-worker.hot.ts";
import { PluginWorker } from "./plugin-worker.hot.ts";
import { RingReader } from "./ring-reader.hot.ts";
import type { RingPlace } from "./ring-writer.hot.ts";
import { RingWriter } from "./ring-writer.hot.ts";
import type { ThreadModule } from "./thread-module.ts";
import { instancePartsOf } from "./thread-module.ts";
import { WorkerBeside } from "./worker-beside.ts";

/** What a plugin's thread is started with. */
export interface WorkerInput {
  readonly name: string;
  readonly memory: SharedArrayBuffer;
  readonly ringBytes: number;
  readonly module: ThreadModule;
  readonly parameters: ParameterValues;
  /** Where images of the plugin are kept; null where its state cannot be. */
  readonly images: SharedArrayBuffer | null;
  readonly start: WorkerStart;
}

/** Where the input ring lies: the host writes it. */
export function inputPlace(memory: SharedArrayBuffer, { inputOffset, ringBytes }: ChannelMap): RingPlace {
  const { INPUT_HEAD: headWord, INPUT_RELEASED: tailWord } = ChannelWord;
  return { memory, offset: inputOffset, ringBytes, headWord, tailWord };
}

/** Where the output ring lies: the worker writes it. */
export function outputPlace(memory: SharedArrayBuffer, { outputOffset, ringBytes }: ChannelMap): RingPlace {
  const { OUTPUT_HEAD: headWord, OUTPUT_TAIL: tailWord } = ChannelWord;
  return { memory, offset: outputOffset, ringBytes, headWord, tailWord };
}

/**
 * Makes the worker of a channel: an instance of its own, in a slot that contains it as any other plugin, with the
 * state of the last image. `received` gives what the host has posted. Throws EngineError where the instance cannot
 * be made.
 */
export function openWorker(
  input: WorkerInput,
  wake: () => void,
  received: () => unknown = () => undefined,
): PluginWorker {
  const { name, memory, ringBytes, module, images: imagesMemory } = input;
  const { kind } = module.manifest;
  const map = channelMap(ringBytes);
  const plugin = instantiatePlugin(instancePartsOf(module), new MemoryPool(), input.parameters);
  const slot = new PluginSlot(name, kind);
  slot.install(plugin);
  const kept = imagesMemory === null ? null : new MemoryImages(imagesMemory, module.manifest);
  kept?.read(plugin);
  const position = kept?.place?.position ?? 0;
  const reader = new RingReader(inputPlace(memory, map), memoryMapOf(kind).inboxCapacity, position);
  const output = new RingWriter(outputPlace(memory, map));
  const images = new ImageKeeper(imagesMemory, slot, reader);
  Atomics.store(new Int32Array(memory, 0, CONTROL_WORDS), ChannelWord.READY, 1);
  return new PluginWorker(
    {
      memory,
      input: reader,
      output,
      capacityUnits: ringBytes >> 3,
      slot,
      images,
      beside: new WorkerBeside({
        memory,
        slot,
        input: reader,
        output,
        images,
        ownImages: imagesMemory,
        received,
      }),
      fault: new FaultText(),
      wake,
    },
    input.start,
  );
}
