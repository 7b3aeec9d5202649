import type { Environment } from "../engine/index.ts";
import type { KeyLabel, KeySource } from "../execution/signer/index.ts";
import type { PlacementPlace } from "./placement-configuration.ts";

/** A plugin in its place. */
export interface PlacementConfiguration {
  /** Name of the module. */
  readonly plugin: string;
  /** Another name, where one module runs twice. */
  readonly name?: string | undefined;
  /** Overrides of the manifest's defaults. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Where it runs; in the trading thread when left out. */
  readonly placement?: PlacementPlace | undefined;
}

export interface AgentConfiguration extends PlacementConfiguration {
  /** Share of the account's limits, 0 to 1; all shares together at most 1. */
  readonly share: number;
}

/** Limits of the host on one instrument; decimals as text. */
export interface InstrumentLimitsConfiguration {
  readonly orderQuantityMax: string;
  readonly orderNotionalMax: string;
  readonly positionMax: string;
  readonly openOrdersMax: number;
  readonly collarAggressivePpm: number;
  readonly collarPassivePpm: number;
  readonly referenceAgeSecondsMax: number;
  readonly isRestricted: boolean;
}

export interface InstrumentConfiguration {
  /** Name of its venue. */
  readonly venue: string;
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly tickSize: string;
  readonly lotSize: string;
  readonly minQuantity: string;
  readonly maxQuantity: string;
  readonly minNotional: string;
  /** Ticks of each side of its book that are kept by place: a power of two; by the count of instruments when left out. */
  readonly bookTicks?: number | undefined;
  readonly limits: InstrumentLimitsConfiguration;
}

/** The key that the signer holds for a venue: everything but the secret. */
export interface KeyConfiguration {
  /** Its public name. */
  readonly apiKey: string;
  /** Where the private half lies: a file, an environment variable, or a command that prints it. */
  readonly from: KeySource;
  readonly label: KeyLabel;
  /** Of the requests that may be signed, those that this key is for; absent: all. */
  readonly allow?: readonly string[] | undefined;
}

/** What venues of every kind have. */
interface AnyVenueConfiguration {
  /** Unique; in capitals the second half of an instrument's name, as BTCUSDT.BINANCE. */
  readonly name: string;
  /** Name of the codec's module. */
  readonly plugin: string;
  readonly placement?: "inline" | undefined;
  readonly restUrl: string;
  /** Certificates, in PEM, of authorities that are believed at this venue besides the system's: a proxy's, or a simulated venue's. */
  readonly caFile?: string | undefined;
  readonly key: KeyConfiguration;
  /** Messages to the venue. */
  readonly messageRate: {
    readonly messagesMax: number;
    readonly windowSeconds: number;
    readonly cancelReserve: number;
  };
}

/** Binance Spot. */
export interface BinanceConfiguration extends AnyVenueConfiguration {
  readonly kind: "binance";
  readonly streamUrl: string;
  readonly wsApiUrl: string;
  readonly snapshotLevels: number;
  /** "rest": while the order session is down, cancels and queries go over REST. "none": they wait for it. */
  readonly orderFallback: "rest" | "none";
}

/** Coinbase Advanced Trade. */
export interface CoinbaseConfiguration extends AnyVenueConfiguration {
  readonly kind: "coinbase";
  readonly marketUrl: string;
  readonly userUrl: string;
}

export type VenueConfiguration = BinanceConfiguration | CoinbaseConfiguration;

/** Instruments of one base asset that may stand in for one another. */
export interface GroupConfiguration {
  readonly name: string;
  /** By their names, as BTCUSDT.BINANCE. */
  readonly instruments: readonly string[];
}

export interface RiskConfiguration {
  /** By quote asset. */
  readonly grossNotionalMax: Readonly<Record<string, string>>;
  readonly openOrdersMax: number;
  readonly orderRate: { readonly ordersMax: number; readonly windowSeconds: number };
  readonly rules: readonly PlacementConfiguration[];
}

/** Whose signatures on plugins count. Both are demanded outside of development. */
export interface TrustConfiguration {
  /** The keyring's file. */
  readonly keyring: string | null;
  /** Folder in which the host keeps the latest version of each signed plugin that has run. */
  readonly floorDirectory: string | null;
  /** Folder of the modules, `NAME.wasm`; null: the plugins of this project, built where their sources have changed. */
  readonly moduleDirectory: string | null;
}

/** Who may use the control API: a token by its hash, never the token. */
export interface TokenConfiguration {
  /** Names its holder, in the audit log and wherever the holder's actions are journalled. */
  readonly name: string;
  readonly role: "viewer" | "quant" | "risk" | "operator";
  /** Of the token's text, hexadecimal. */
  readonly sha256: string;
  /** UTC, as in 2026-11-22T08:30:00Z. */
  readonly expires: string;
}

/** The control API. */
export interface ControlConfiguration {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Whether `host` may be another address than loopback. */
  readonly isRemoteAllowed: boolean;
  readonly tokens: readonly TokenConfiguration[];
}

/** A host's configuration, as its file says; decimals as text, times in seconds. */
export interface Configuration {
  readonly environment: Environment;
  readonly account: string;
  readonly trust: TrustConfiguration;
  readonly journal: { readonly directory: string; readonly durability: "process" | "power" | "ring" };
  /** More starts within the window than that, and nobody arms before a person has acknowledged it. */
  readonly restarts: { readonly startsMax: number; readonly windowSeconds: number };
  readonly venues: readonly VenueConfiguration[];
  readonly instruments: readonly InstrumentConfiguration[];
  readonly groups: readonly GroupConfiguration[];
  /** Assets beyond base and quote in which a fee may be charged. */
  readonly feeAssets: readonly string[];
  readonly features: {
    readonly staleAfterSeconds: number;
    readonly plugins: readonly PlacementConfiguration[];
  };
  readonly books: { readonly staleAfterSeconds: number };
  readonly agents: readonly AgentConfiguration[];
  readonly ensemble: PlacementConfiguration;
  readonly risk: RiskConfiguration;
  /** How often positions are computed a second time, from the journal, and compared. */
  readonly positions: { readonly checkEverySeconds: number };
  readonly orders: { readonly capacity: number };
  /** Loopback only; 0 takes a free port. */
  readonly http: { readonly port: number };
  readonly control: ControlConfiguration;
}
