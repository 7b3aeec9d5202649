export * from "./records.ts";
export * from "./memory-map.ts";
export * from "./layout-growth.ts";
export * from "./describe-record.ts";
export { readInt64, writeInt64 } from "./int64.hot.ts";
export { committed } from "./committed.ts";
export { copyBytes } from "./copy-bytes.hot.ts";
