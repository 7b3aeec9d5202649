import { HEADER_BYTES, OrderEvent } from "../../abi/host/index.ts";
import type { PluginSlot } from "../engine/index.ts";
import { openInbox } from "./inbox.hot.ts";
import type { OrderEvents } from "./order-events.hot.ts";

const BLOCK_WORDS = OrderEvent.blockLength >> 2;

/** Takes the oldest event off a queue and gives it to a plugin, whosever it says it is. Returns what the call came to. */
export function deliverOldest(events: OrderEvents, plugin: PluginSlot): number {
  const first = openInbox(plugin, OrderEvent.templateId, OrderEvent.blockLength) >> 2;
  const { block, words } = events;
  const { i32 } = plugin;
  for (let word = 0; word < BLOCK_WORDS; word++) i32[first + word] = words[block + word]!;
  events.shift();
  return plugin.invoke(OrderEvent.templateId, HEADER_BYTES + OrderEvent.blockLength);
}
