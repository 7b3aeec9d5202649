import type { LaneConfiguration, PluginModules, VenueAsking } from "../../../host/lane/index.ts";
import { verifySignedModule } from "../../../host/engine/index.ts";
import { puppetConfiguration, venuePlacement } from "../../support/lane-under-test.ts";
import { puppetModules } from "../../support/puppet-plugins.ts";
import { MODEL_AGENT, modelAgent } from "./model-agent.ts";
import { MODEL_CODEC, modelCodecs, NAMING_CODEC } from "./model-codec.ts";

/** A venue like Binance, whose engine can be asked by client order id; or like Coinbase, whose queries stand alone. */
export type VenueKind = "engine" | "queries";

const ASKING: VenueAsking = { listsByTime: true, cancelsByVenueId: true, balancesByAnswer: true };
/** The smallest books: a run builds a lane, and more. */
const BOOK_TICKS = 1024;
/** No order of a run is pushed out of memory by another. */
const ORDER_CAPACITY = 512;

export function modelConfiguration(kind: VenueKind): Partial<LaneConfiguration> {
  const asking = kind === "queries" ? { asking: ASKING } : {};
  const codec = kind === "queries" ? NAMING_CODEC : MODEL_CODEC;
  const { instruments, agents } = puppetConfiguration();
  return {
    agents: agents.map((agent, place) => ({ ...agent, plugin: MODEL_AGENT, parameters: { place } })),
    venues: [venuePlacement("venue", codec, { canBeAsked: true, ...asking })],
    bookTicks: instruments.map(() => BOOK_TICKS),
    orderCapacity: ORDER_CAPACITY,
  };
}

/** Puppets and codecs, each judged once: so each is loaded once, however many lanes are built. */
export async function modelModules(): Promise<PluginModules> {
  const place = { environment: "development", account: "main", instruments: null, nowMs: 0 } as const;
  const context = { ...place, keyring: null, floor: null };
  const agent = [MODEL_AGENT, await modelAgent()] as const;
  const bytes = [...(await puppetModules()), ...(await modelCodecs()), agent];
  return new Map(bytes.map(([name, module]) => [name, verifySignedModule(module, context)]));
}
