import type { Configuration, VenueConfiguration } from "./control/index.ts";
import { ConfigurationError } from "./control/index.ts";
import type {
  Gateway,
  GatewayInstrument,
  GatewayListener,
  LogonSigner,
  SessionPorts,
} from "./execution/gateways/index.ts";
import { BinanceGateway } from "./execution/gateways/index.ts";

/** Signs for the account at each venue, by the venue's name. */
export type VenueSigners = ReadonlyMap<string, LogonSigner>;

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
    return gatewayOf(venue, { venueIndex, instruments, signer }, ports, listener);
  });
}

interface GatewayPlace {
  readonly venueIndex: number;
  readonly instruments: readonly GatewayInstrument[];
  readonly signer: LogonSigner;
}

function gatewayOf(
  venue: VenueConfiguration,
  place: GatewayPlace,
  ports: SessionPorts,
  listener: GatewayListener,
): Gateway {
  if (venue.kind === "binance") {
    const { streamUrl, wsApiUrl, restUrl, snapshotLevels } = venue;
    return new BinanceGateway(
      { ...place, addresses: { streamUrl, wsApiUrl, restUrl }, snapshotLevels },
      ports,
      listener,
    );
  }
  throw new ConfigurationError(
    `venues.${place.venueIndex}.kind: this host has no gateway to ${venue.kind}; use binance`,
  );
}

/** Numbers are the lane's: by the place in the configuration's whole list. */
function instrumentsAt({ instruments }: Configuration, name: string): GatewayInstrument[] {
  return instruments.flatMap(({ venue, symbol }, instrumentIndex) =>
    venue === name ? [{ instrumentIndex, symbol }] : [],
  );
}
