export type { BenchJournal } from "./bench-journal.ts";
export { openBenchJournal } from "./bench-journal.ts";
export { FrameDrive } from "./frame-drive.hot.ts";
export { benchLane, defaultSetup, eagerSetup, EPOCH, START_WALL_MS } from "./lane-setup.ts";
export { OrderHash } from "./order-hash.ts";
export { VenueAnswers } from "./venue-answers.hot.ts";
