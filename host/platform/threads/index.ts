export type { Thread } from "./thread.ts";
export { idle, reportReady, startThread, threadInput } from "./thread.ts";
