export * from "./records";
export { INBOX_OFFSET, PARAMETERS_OFFSET, HEADER_BYTES } from "./env";
export { emit, nextBlock, openOutbox, outboxRoom, reserve } from "./outbox";
export { Agent, registerAgent } from "./agent";
export { Feature, registerFeature } from "./feature";
export { Ensemble, registerEnsemble, AGENTS_MAX } from "./ensemble";
export { RiskRule, registerRiskRule } from "./risk";
export { PerInstrument, INSTRUMENTS_MAX } from "./per-instrument";
export { Venue, registerVenue } from "./venue";
