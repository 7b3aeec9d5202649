import type { JournalIdentity } from "../../journal/index.ts";
import { inspectJournal, readJournal } from "../../journal/index.ts";
import type { Disk } from "../../platform/disk/index.ts";
import type { OrderId, StoryStep } from "./order-story.ts";
import { OrderStory } from "./order-story.ts";

/**
 * The story of an order, from a journal that may be in use: what was written when it is opened is read, and nothing is changed. Empty where
 * the journal has no such order. Throws Error where the journal is damaged.
 */
export function explainOrder(
  disk: Disk,
  directory: string,
  identity: JournalIdentity,
  id: OrderId,
): readonly StoryStep[] {
  const recovery = inspectJournal(disk, directory, identity);
  if (!recovery.isUsable) throw new Error(recovery.message);
  const reader = readJournal(disk, directory, recovery);
  const story = new OrderStory(id);
  try {
    while (reader.next()) story.take(reader.record);
  } finally {
    reader.close();
  }
  return story.steps;
}

/** Takes "EPOCH.NUMBER" apart; null for anything else. */
export function parseOrderId(text: string): OrderId | null {
  const match = /^(\d{1,10})\.(\d{1,10})$/.exec(text);
  return match === null ? null : { epoch: Number(match[1]), sequence: Number(match[2]) };
}
