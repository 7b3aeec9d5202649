import { PluginTap } from "../../cli/plugins/plugin-tap.ts";
import { FramePart } from "../../abi/host/index.ts";
import { loadModule, MemoryPool, PluginSlot } from "../../host/engine/index.ts";
import { defineInstruments } from "../../host/lane/define-instruments.ts";
import { pluginBytes } from "../../tools/plugin-kit/index.ts";
import { coinbaseFrame, coinbaseRecording, recordedMessages } from "./coinbase-codec.ts";
import { coinbaseConfiguration, CoinbaseSession } from "./coinbase-session.ts";
import { cancelIntent, intent } from "./lane-under-test.ts";

const PART_BYTES = 131_072;
const DOLLAR = 1e8;
const THOUSANDTH = 1e5;
const ORDERS = 200;
const FEW_ORDERS = 4;

/**
 * What the Coinbase codec is given: the definitions, the recorded messages where they are there, cut as a host cuts them, and all that a host at
 * the simulated venue gives it while an agent orders and cancels. `isShort`: without the recording, and with few orders.
 */
export async function coinbaseInputs(isShort = false): Promise<Uint8Array[]> {
  const inputs: Uint8Array[] = [];
  const keep = (record: Uint8Array): void => void inputs.push(record.slice());
  const plugin = loadModule(await pluginBytes("coinbase")).instantiate(new MemoryPool());
  const slot = new PluginSlot("coinbase", "venue");
  slot.install(plugin);
  new PluginTap(slot, 0, keep);
  defineInstruments([slot], coinbaseConfiguration());
  if (!isShort && coinbaseRecording.skip === false)
    for (const message of recordedMessages()) inputs.push(...framesOf(Buffer.from(message)));
  await trade(keep, isShort ? FEW_ORDERS : ORDERS);
  return inputs;
}

function framesOf(message: Buffer): Uint8Array[] {
  if (message.length <= PART_BYTES) return [coinbaseFrame("market", message)];
  const count = Math.ceil(message.length / PART_BYTES);
  return Array.from({ length: count }, (_, index) => {
    const part = index === 0 ? FramePart.FIRST : index === count - 1 ? FramePart.LAST : FramePart.MIDDLE;
    return coinbaseFrame("market", message.subarray(index * PART_BYTES, (index + 1) * PART_BYTES), part);
  });
}

/** Half of the orders trade. */
async function trade(keep: (record: Uint8Array) => void, orders: number): Promise<void> {
  const host = await CoinbaseSession.open({ isAsked: true, flow: true });
  const slot = host.built.slots.find(({ name }) => name === "coinbase");
  if (slot === undefined) throw new Error("the lane has no codec");
  new PluginTap(slot, 0, keep);
  host.maker("SELL", "65000", "1");
  host.maker("BUY", "64000", "1");
  for (let tag = 1; tag <= orders; tag++) {
    const price = (tag % 2 === 0 ? 65_000 : 64_500) * DOLLAR;
    host.act([intent({ price, quantity: THOUSANDTH, tag })]);
    if (tag % 2 === 1) host.act([cancelIntent(tag)]);
  }
  host.stop();
}
