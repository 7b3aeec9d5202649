import type { LoadedPlugin, PluginModule, PluginSlot } from "../../../host/engine/index.ts";
import { loadModule } from "../../../host/engine/index.ts";
import { compilePlugin } from "./sample-module.ts";

/** What an instance of the moody plugin does on its calls until it is told something else. */
export const Mood = {
  /** Writes its input's first word and how often it was called. */
  ECHO: 0,
  SILENT: 1,
  /** As ECHO, with another word. */
  OTHER: 2,
  TRAP: 3,
  LOOP: 4,
  FORGE_LENGTH: 5,
  SPOIL_CONTROL_BLOCK: 6,
  /** As ECHO, and then overwrites its inbox. */
  SCRIBBLE: 7,
  /** A whole outbox, each word its mood. */
  LONG: 8,
  RECURSE: 9,
} as const;

/** Below the inbox, in a part of the memory that neither host nor plugin uses and no image carries. */
const MOOD_WORD = 768 >> 2;

const source = `
let calls: i32 = 0;
function down(n: i32): i32 { return n == 0 ? 1 : down(n - 1) * 7 + n; }
export function handle(template: i32, length: i32): i32 {
  const mood = load<i32>(768);
  calls += 1;
  if (mood == 1) return 0;
  store<i32>(20480, load<i32>(4096) + (mood == 2 ? 1000 : 0));
  store<i32>(20484, calls);
  if (mood == 3) unreachable();
  if (mood == 4) while (true) store<i32>(20488, load<i32>(20488) + 1);
  if (mood == 5) return 12;
  if (mood == 6) store<i32>(64, 1);
  if (mood == 7) memory.fill(4096, 0xee, 64);
  if (mood == 8) { memory.fill(20480, 8, 16384); return 16384; }
  if (mood == 9) return down(length + 1000000);
  return 8;
}`;

/** An agent whose instances do what each of them is told. */
export async function moodyModule(): Promise<PluginModule> {
  return loadModule(await compilePlugin(source, { name: "moody" }));
}

/** Tells an instance, or the one in a slot, what to do from now on. */
export function setMood({ i32 }: Pick<LoadedPlugin | PluginSlot, "i32">, mood: number): void {
  i32[MOOD_WORD] = mood;
}
