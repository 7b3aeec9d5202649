import { defaultBookTicks } from "../data/books/index.ts";
import type { Instrument } from "../execution/orders/index.ts";
import { createInstrument } from "../execution/orders/index.ts";
import type { Asset } from "../execution/positions/index.ts";
import type { RiskLimitsInput } from "../execution/risk/index.ts";
import type { LaneConfiguration, PluginPlacement } from "../lane/index.ts";
import type {
  Configuration,
  InstrumentConfiguration,
  PlacementConfiguration,
} from "./configuration-shape.ts";
import { ConfigurationError } from "./configuration.ts";
import { mantissaOf } from "./decimal.ts";
import { venueKinds } from "./venue-kind.ts";

/** Balances and values are counted in it at every venue: an asset that two of them trade is one asset. */
const EXPONENT = -8;
const NS_PER_SECOND = 1e9;
const NS_PER_MS = 1e6;
const PPM = 1_000_000;

/** What only a start knows: the boot epoch and the wall clock. */
export interface SessionFacts {
  readonly epoch: number;
  readonly startWallMs: number;
  /** The venues are asked what they hold, and nobody arms before they agree. A backtest begins with a venue that has nothing. */
  readonly asksVenues?: boolean;
}

/** Turns a file's configuration into the lane's: decimals to mantissas, seconds to nanoseconds, names to numbers. */
export function laneConfigurationOf(configuration: Configuration, facts: SessionFacts): LaneConfiguration {
  const assets = assetsOf(configuration);
  const instruments = configuration.instruments.map((_, index) => instrumentOf(configuration, index, assets));
  return {
    instruments,
    assets,
    venues: configuration.venues.map(({ name, plugin, kind }) => {
      const { feed, partBytes, canBeAsked, asking, guardsReplace } = venueKinds[kind];
      const asked = facts.asksVenues === true && canBeAsked;
      const ways = asking === undefined ? {} : { asking };
      return {
        name,
        plugin,
        parameters: {},
        feed,
        partBytes,
        ...(asked ? { canBeAsked: asked, ...ways } : {}),
        guardsReplace,
      };
    }),
    features: configuration.features.plugins.map(placementOf),
    agents: configuration.agents.map((agent) => ({
      ...placementOf(agent),
      sharePpm: Math.round(agent.share * PPM),
    })),
    ensemble: placementOf(configuration.ensemble),
    rules: configuration.risk.rules.map(placementOf),
    limits: limitsOf(configuration, instruments, assets),
    featureStaleAfterNs: configuration.features.staleAfterSeconds * NS_PER_SECOND,
    bookStaleAfterNs: configuration.books.staleAfterSeconds * NS_PER_SECOND,
    bookTicks: configuration.instruments.map(
      ({ bookTicks }) => bookTicks ?? defaultBookTicks(instruments.length),
    ),
    orderCapacity: configuration.orders.capacity,
    epoch: facts.epoch,
    startWallMs: facts.startWallMs,
  };
}

function placementOf(placement: PlacementConfiguration): PluginPlacement {
  return {
    name: placement.name ?? placement.plugin,
    plugin: placement.plugin,
    parameters: placement.parameters,
    ...placeOf(placement.placement),
  };
}

/** The key is left out for a plugin in the lane: the journals of hosts without threads have none either. */
function placeOf(place: PlacementConfiguration["placement"]): Pick<PluginPlacement, "placement"> {
  if (place === undefined || place === "inline") return {};
  const { on, overflow, deadlineMs, ringKiB, decisionAgeSecondsMax } = place;
  return {
    placement: {
      on,
      overflow,
      deadlineNs: deadlineMs * NS_PER_MS,
      ringBytes: ringKiB * 1024,
      decisionAgeMaxNs: decisionAgeSecondsMax * NS_PER_SECOND,
    },
  };
}

function assetsOf(configuration: Configuration): Asset[] {
  const codes = configuration.instruments.flatMap(({ baseAsset, quoteAsset }) => [baseAsset, quoteAsset]);
  return [...new Set([...codes, ...configuration.feeAssets])].map((code, index) => ({
    assetId: index + 1,
    code,
    exponent: EXPONENT,
  }));
}

function assetIdOf(assets: readonly Asset[], code: string): number {
  const asset = assets.find((candidate) => candidate.code === code);
  if (asset === undefined)
    throw new ConfigurationError(`the asset ${code} is not one of an instrument; remove it or correct it`);
  return asset.assetId;
}

function instrumentOf(configuration: Configuration, index: number, assets: readonly Asset[]): Instrument {
  const given = configuration.instruments[index];
  if (given === undefined) throw new RangeError(`no instrument number ${index}`);
  const { venueIndex, exponent } = venueAt(configuration, given);
  const mantissa = (key: "tickSize" | "lotSize" | "minQuantity" | "maxQuantity"): number =>
    at(`instruments.${index}.${key}`, given[key], exponent);
  return createInstrument({
    instrumentId: index + 1,
    symbol: given.symbol,
    venueIndex,
    kind: "spot",
    priceExponent: exponent,
    sizeExponent: exponent,
    quoteExponent: EXPONENT,
    contractMultiplier: 1,
    tickSize: mantissa("tickSize"),
    lotSize: mantissa("lotSize"),
    minQuantity: mantissa("minQuantity"),
    maxQuantity: mantissa("maxQuantity"),
    minNotional: at(`instruments.${index}.minNotional`, given.minNotional, EXPONENT),
    baseAssetId: assetIdOf(assets, given.baseAsset),
    quoteAssetId: assetIdOf(assets, given.quoteAsset),
    version: 1,
  });
}

/** Venue of an instrument: its index, and the exponent of its prices and sizes. */
function venueAt(
  { venues }: Configuration,
  { venue }: InstrumentConfiguration,
): { readonly venueIndex: number; readonly exponent: number } {
  const venueIndex = venues.findIndex(({ name }) => name === venue);
  const found = venues[venueIndex];
  if (found === undefined) throw new ConfigurationError(`there is no venue "${venue}"; configure it`);
  return { venueIndex, exponent: venueKinds[found.kind].exponent };
}

function limitsOf(
  configuration: Configuration,
  instruments: readonly Instrument[],
  assets: readonly Asset[],
): RiskLimitsInput {
  const { risk } = configuration;
  return {
    instruments: configuration.instruments.map(({ limits }, index) => ({
      instrumentId: instruments[index]?.instrumentId ?? 0,
      orderQuantityMax: at(
        `instruments.${index}.limits.orderQuantityMax`,
        limits.orderQuantityMax,
        instruments[index]?.sizeExponent ?? EXPONENT,
      ),
      orderNotionalMax: at(`instruments.${index}.limits.orderNotionalMax`, limits.orderNotionalMax, EXPONENT),
      positionMax: at(
        `instruments.${index}.limits.positionMax`,
        limits.positionMax,
        instruments[index]?.sizeExponent ?? EXPONENT,
      ),
      openOrdersMax: limits.openOrdersMax,
      collarAggressivePpm: limits.collarAggressivePpm,
      collarPassivePpm: limits.collarPassivePpm,
      referenceAgeMaxNs: limits.referenceAgeSecondsMax * NS_PER_SECOND,
      isRestricted: limits.isRestricted,
    })),
    grossNotionalMax: Object.entries(risk.grossNotionalMax).map(([code, text]) => ({
      quoteAssetId: assetIdOf(assets, code),
      notionalMax: at(`risk.grossNotionalMax.${code}`, text, EXPONENT),
    })),
    openOrdersMax: risk.openOrdersMax,
    orderRate: {
      ordersMax: risk.orderRate.ordersMax,
      windowNs: risk.orderRate.windowSeconds * NS_PER_SECOND,
    },
    messageRates: configuration.venues.map(({ messageRate }, venueIndex) => ({
      venueIndex,
      messagesMax: messageRate.messagesMax,
      windowNs: messageRate.windowSeconds * NS_PER_SECOND,
      cancelReserve: messageRate.cancelReserve,
    })),
  };
}

/** A mantissa, its key named when the text cannot be one. */
function at(path: string, text: string, exponent: number): number {
  try {
    return mantissaOf(text, exponent);
  } catch (cause) {
    throw new ConfigurationError(`${path}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}
