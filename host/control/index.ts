export type { Configuration } from "./configuration-shape.ts";
export { laneConfigurationOf } from "./lane-configuration-of.ts";
export type { HostJournal } from "./open-host-journal.ts";
export { openHostJournal } from "./open-host-journal.ts";
export { sessionPages } from "./session-pages.ts";
export { writeSessionStart } from "./session-records.ts";
export type { SessionView } from "./session-view.ts";
export { TradingSession } from "./trading-session.ts";
