import type { Configuration, VenueConfiguration } from "./control/index.ts";
import { ConfigurationError } from "./control/index.ts";
import type {
  ExpectedRules,
  Gateway,
  GatewayInstrument,
  GatewayListener,
  LogonSigner,
  RequestSigner,
  SessionPorts,
} from "./execution/gateways/index.ts";
import { BinanceGateway, CoinbaseGateway, promisedTokens } from "./execution/gateways/index.ts";
import type { Wire } from "./platform/index.ts";

/** Signs logons and requests of one account. */
export type VenueSigner = LogonSigner & RequestSigner;

/** Signs for the account at each venue, by the venue's name. */
export type VenueSigners = ReadonlyMap<string, VenueSigner>;

/** Sessions with venues; `wires`, by venue name, for those that are reached by another wire than the others. */
export interface GatewayPorts extends SessionPorts {
  readonly wires?: ReadonlyMap<string, Wire>;
}

/** The gateways of a configuration, by venue index. Throws ConfigurationError for a venue that nobody signs for. */
export function venueGateways(
  configuration: Configuration,
  signers: VenueSigners,
  ports: GatewayPorts,
  listener: GatewayListener,
): Gateway[] {
  return configuration.venues.map((venue, venueIndex) => {
    const signer = signers.get(venue.name);
    if (signer === undefined)
      throw new ConfigurationError(`venues.${venueIndex}: nobody signs for ${venue.name}; give its key`);
    const instruments = instrumentsAt(configuration, venue.name);
    const rules = rulesAt(configuration, venue.name);
    const reached = { ...ports, wire: ports.wires?.get(venue.name) ?? ports.wire };
    return gatewayOf(venue, { venueIndex, instruments, signer, rules }, reached, listener);
  });
}

interface GatewayPlace {
  readonly venueIndex: number;
  readonly instruments: readonly GatewayInstrument[];
  readonly signer: VenueSigner;
  readonly rules: ExpectedRules;
}

function gatewayOf(
  venue: VenueConfiguration,
  place: GatewayPlace,
  ports: SessionPorts,
  listener: GatewayListener,
): Gateway {
  if (venue.kind === "binance") {
    const { streamUrl, wsApiUrl, restUrl, snapshotLevels, orderFallback } = venue;
    const fallback = orderFallback === "rest" ? { restSigner: place.signer } : {};
    return new BinanceGateway(
      { ...place, ...fallback, addresses: { streamUrl, wsApiUrl, restUrl }, snapshotLevels },
      ports,
      listener,
    );
  }
  const { venueIndex, instruments } = place;
  const { marketUrl, userUrl, restUrl } = venue;
  const signer = promisedTokens(place.signer);
  return new CoinbaseGateway(
    { venueIndex, instruments, signer, addresses: { marketUrl, userUrl, restUrl } },
    ports,
    listener,
  );
}

/** What the venue's own rules are held to before anybody arms. */
function rulesAt({ instruments, risk }: Configuration, name: string): ExpectedRules {
  return { grids: instruments.filter(({ venue }) => venue === name), ...risk.orderRate };
}

/** Numbers are the lane's: by the place in the configuration's whole list. */
function instrumentsAt({ instruments }: Configuration, name: string): GatewayInstrument[] {
  return instruments.flatMap(({ venue, symbol }, instrumentIndex) =>
    venue === name ? [{ instrumentIndex, symbol }] : [],
  );
}
