export { shapeOf } from "./lane-snapshot.ts";
export type { StartChecker } from "./position-checker.ts";
export { inlineChecker } from "./position-checker.ts";
export { CheckCount, PositionWatch } from "./position-watch.ts";
export { threadedChecker } from "./threaded-checker.ts";
