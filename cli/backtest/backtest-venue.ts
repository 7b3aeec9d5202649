import { BinanceGateway, CoinbaseGateway } from "../../host/execution/gateways/index.ts";
import type {
  Gateway,
  GatewayInstrument,
  GatewayListener,
  LogonSigner,
  SessionPorts,
  TokenSigner,
} from "../../host/execution/gateways/index.ts";
import type { VirtualClock, Wire } from "../../host/platform/index.ts";
import type { BinanceVenue } from "../../sim/binance/index.ts";
import type { CoinbaseVenue } from "../../sim/coinbase/index.ts";
import { COINBASE_ADDRESSES, CoinbaseWire } from "../simulation/coinbase-wire.ts";
import { KeyTokens } from "../simulation/key-tokens.ts";
import { SIMULATED_KEY_NAME } from "../simulation/simulated-account.ts";
import { VenueWire } from "../simulation/venue-wire.ts";

/** Any address does: the wire leads to the venue in this process. */
const BINANCE_ADDRESSES = {
  streamUrl: "ws://venue",
  wsApiUrl: "ws://venue/ws-api/v3?returnRateLimits=false",
  restUrl: "http://venue",
};
const SNAPSHOT_LEVELS = 1000;

/** A wire on the virtual clock. */
export interface VirtualWire extends Wire {
  /** When the next delivery is due; Infinity when nothing is on its way. */
  readonly nextNs: number;
  deliver(untilNs: number): void;
}

export interface GatewayPlace {
  readonly venueIndex: number;
  readonly instruments: readonly GatewayInstrument[];
}

/** A simulated venue in this process, and how a host gets there. */
export interface BacktestVenue {
  readonly nextNs: number;
  advance(untilNs: number): void;
  openWire(clock: VirtualClock): VirtualWire;
  openGateway(place: GatewayPlace, ports: SessionPorts, listener: GatewayListener): Gateway;
}

export function binanceOf(venue: BinanceVenue, signer: LogonSigner): BacktestVenue {
  return {
    get nextNs() {
      return venue.nextNs;
    },
    advance: (untilNs) => venue.advance(untilNs),
    openWire: (clock) => new VenueWire(venue, clock),
    openGateway: (place, ports, listener) =>
      new BinanceGateway(
        { ...place, addresses: BINANCE_ADDRESSES, snapshotLevels: SNAPSHOT_LEVELS, signer },
        ports,
        listener,
      ),
  };
}

export function coinbaseOf(venue: CoinbaseVenue, privateKeyPem: string): BacktestVenue {
  return {
    get nextNs() {
      return venue.nextNs;
    },
    advance: (untilNs) => venue.advance(untilNs),
    openWire: (clock) => new CoinbaseWire(venue, clock),
    openGateway: (place, ports, listener) => {
      const signer: TokenSigner = new KeyTokens(SIMULATED_KEY_NAME, privateKeyPem, () =>
        ports.clock.wallMs(),
      );
      return new CoinbaseGateway({ ...place, addresses: COINBASE_ADDRESSES, signer }, ports, listener);
    },
  };
}
