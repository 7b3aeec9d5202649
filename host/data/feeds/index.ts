export { FeedCode, FeedCounter, FeedState, InvalidReason } from "./feed-code.ts";
export { UpdateIdFeed } from "./update-id-feed.hot.ts";
export type { UpdateIdFeedOptions } from "./update-id-feed.hot.ts";
