export type { Feed } from "./feed.ts";
export { FeedKind } from "./feed.ts";
export { FeedCode, FeedCounter, FeedState, InvalidReason } from "./feed-code.ts";
export { SequencedFeed } from "./sequenced-feed.hot.ts";
export type { SequencedFeedOptions } from "./sequenced-feed.hot.ts";
export { UpdateIdFeed } from "./update-id-feed.hot.ts";
export type { UpdateIdFeedOptions } from "./update-id-feed.hot.ts";
