export type { SignerNotice, SignerPorts, SignerState } from "./signer-client.ts";
export { SignerClient } from "./signer-client.ts";
export type { SignerCode } from "./signer-error.ts";
export { SignerError } from "./signer-error.ts";
export type { KeyConfiguration, KeyLabel, KeySource, VenueProtocol } from "./signer-key.ts";
export { isLabelOf, keySchema, venueProtocols } from "./signer-key.ts";
export type { HeldKeyFacts, VenueKey } from "./signer-message.ts";
