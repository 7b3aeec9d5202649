import type { Configuration, VenueConfiguration } from "./control/index.ts";
import { ConfigurationError } from "./control/index.ts";
import type {
  ExpectedRules,
  Gateway,
  GatewayInstrument,
  GatewayListener,
  LogonSigner,
  RestSigner,
  SessionPorts,
} from "./execution/gateways/index.ts";
import { BinanceGateway } from "./execution/gateways/index.ts";

/** Signs logons and requests of one account. */
export type VenueSigner = LogonSigner & RestSigner;

/** Signs for the account at each venue, by the venue's name. */
export type VenueSigners = ReadonlyMap<string, VenueSigner>;

/** The gateways of a configuration, by venue index. Throws ConfigurationError for a venue that nobody signs for, or whose kind has no gateway. */
export function venueGateways(
  configuration: Configuration,
  signers: VenueSigners,
  ports: SessionPorts,
  listener: GatewayListener,
): Gateway[] {
  return configuration.venues.map((venue, venueIndex) => {
    const signer = signers.get(venue.name);
    if (signer === undefined)
      throw new ConfigurationError(`venues.${venueIndex}: nobody signs for ${venue.name}; give its key`);
    const instruments = instrumentsAt(configuration, venue.name);
    const rules = rulesAt(configuration, venue.name);
    return gatewayOf(venue, { venueIndex, instruments, signer, rules }, ports, listener);
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
  throw new ConfigurationError(
    `venues.${place.venueIndex}.kind: this host has no gateway to ${venue.kind}; use binance`,
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
