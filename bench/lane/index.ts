export { benchLane, defaultSetup, eagerSetup, onlyVenue } from "./lane-setup.ts";
export { PacedDrive } from "./paced-drive.hot.ts";
export type { RigOptions, TradingRig } from "./trading-rig.ts";
export { tradingRig } from "./trading-rig.ts";
