import { KeyTokens } from "../../../cli/simulation/key-tokens.ts";
import {
  KeySigner,
  SIMULATED_API_KEY,
  SIMULATED_KEY_NAME,
} from "../../../cli/simulation/simulated-account.ts";
import type { Configuration } from "../../../host/control/configuration-shape.ts";
import type { Clock } from "../../../host/platform/index.ts";
import type { VenueSigner, VenueSigners } from "../../../host/venue-gateways.ts";

/** One key for all venues, by whose kind it signs logons or tokens. */
export function signersOf({ venues }: Configuration, privateKeyPem: string, clock: Clock): VenueSigners {
  const texts = new KeySigner(SIMULATED_API_KEY, privateKeyPem);
  const tokens = new KeyTokens(SIMULATED_KEY_NAME, privateKeyPem, () => clock.wallMs());
  const tokenSigner: VenueSigner = {
    apiKey: SIMULATED_KEY_NAME,
    logon: (_timestampMs, _onSigned, onError) => onError("this key signs tokens"),
    rest: () => Promise.reject(new Error("this key signs tokens")),
    token: (uri) => new Promise((resolve) => tokens.token(uri, resolve)),
  };
  return new Map(venues.map(({ name, kind }) => [name, kind === "binance" ? texts : tokenSigner] as const));
}
