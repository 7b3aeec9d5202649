import { memoryMapOf } from "../../../abi/host/index.ts";
import type { Thread } from "../../platform/threads/index.ts";
import type { LoadedPlugin } from "../loaded-plugin.ts";
import type { ChannelMap } from "./channel-layout.ts";
import { channelMap, CONTROL_WORDS, makeChannel } from "./channel-layout.ts";
import { InputPort } from "./input-port.hot.ts";
import type { WorkerInput } from "./open-worker.ts";
import { inputPlace, outputPlace } from "./open-worker.ts";
import type { OverflowPolicy } from "./overflow-policy.ts";
import { RingReader } from "./ring-reader.hot.ts";
import { RingWriter } from "./ring-writer.hot.ts";

/** Starts the thread of a plugin; `wake` is to be called on this thread when it has written something. Throws where no thread can be had. */
export type StartWorker = (input: WorkerInput, wake: () => void) => Thread;

export interface ChannelOptions {
  readonly name: string;
  readonly overflow: OverflowPolicy;
  /** How long one call, or a silence between two looks, may last. */
  readonly deadlineNs: number;
  readonly ringBytes: number;
  readonly instrumentCount: number;
  /** Cell 0: the session's time. */
  readonly nowNs: Float64Array;
  readonly start: StartWorker;
  readonly wake: () => void;
}

/** What is shared with the worker that runs now, and the host's ends of it. Made anew for each plugin that begins on a thread of its own. */
export interface Shared {
  readonly memory: SharedArrayBuffer;
  readonly map: ChannelMap;
  readonly control: Int32Array;
  readonly writer: RingWriter;
  readonly port: InputPort;
  reader: RingReader;
}

/** Makes the shared memory of a plugin that begins, and the host's ends of it. `counters`: of the input port, which go on. */
export function shareWith(plugin: LoadedPlugin, options: ChannelOptions, counters: Float64Array): Shared {
  const { nowNs, overflow: policy, instrumentCount, ringBytes } = options;
  const map = channelMap(ringBytes);
  const memory = makeChannel(map);
  const writer = new RingWriter(inputPlace(memory, map));
  const readsGap = plugin.manifest.reads.includes("Gap");
  const port = new InputPort(writer, ringBytes >> 3, { policy, instrumentCount, readsGap, nowNs, counters });
  const reader = outputReader({ memory, map }, plugin);
  return { memory, map, control: new Int32Array(memory, 0, CONTROL_WORDS), writer, port, reader };
}

/** A reader of the output ring from its beginning on. */
export function outputReader(
  { memory, map }: Pick<Shared, "memory" | "map">,
  { manifest }: LoadedPlugin,
): RingReader {
  return new RingReader(outputPlace(memory, map), memoryMapOf(manifest.kind).outboxCapacity);
}
