export { explainOrder, parseOrderId } from "./explain-order.ts";
export type { OrderId, StoryStep } from "./order-story.ts";
