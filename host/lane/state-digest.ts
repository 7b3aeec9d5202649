import { createHash } from "node:crypto";
import { memoryMapOf } from "../../abi/host/index.ts";
import { BookSide } from "../data/books/index.ts";
import type { BuiltLane } from "./build-lane.ts";

const LEVELS = 1024;

/**
 * SHA-256 over the state that decides later steps: books, prices, features, signals, orders, positions, balances, modes, and each
 * plugin's state, counters and own memory. Two lanes that were given the same inputs have the same digest; it is written at the end
 * of a journal and compared after a replay.
 */
export function stateDigest(built: BuiltLane): Uint8Array {
  const hash = createHash("sha256");
  const update = (column: ArrayBufferView): void => {
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  };
  const { lane, slots, orders, positions, history, balances, prices, modes } = built;
  const { external } = lane.parts.reconciler.answers;
  const levels = new Float64Array(LEVELS);
  const sizes = new Float64Array(LEVELS);
  for (const feed of lane.parts.market.feeds) {
    update(Int32Array.of(feed.state, feed.invalidReason));
    update(feed.updateId);
    for (const side of [BookSide.BID, BookSide.ASK]) {
      const count = feed.book.readLevels(side, levels, sizes);
      update(levels.subarray(0, count));
      update(sizes.subarray(0, count));
    }
  }
  update(prices.cells);
  for (const column of [...lane.parts.featureTable.columns, ...lane.parts.pool.columns]) update(column);
  for (const column of Object.values(orders.columns)) if (ArrayBuffer.isView(column)) update(column);
  for (const book of [positions, history.base])
    for (const column of [
      book.quantity,
      book.costWhole,
      book.costParts,
      book.realizedWhole,
      book.realizedParts,
    ])
      update(column);
  for (const column of Object.values(orders.fills)) if (ArrayBuffer.isView(column)) update(column);
  for (const column of [
    balances.reportedFree,
    balances.reportedLocked,
    balances.expectedWhole,
    balances.expectedParts,
    balances.fees,
    external.words,
    external.numbers,
    external.unlistedRound,
    external.unlistedPrice,
  ])
    update(column);
  for (const column of [modes.account, modes.instrument, modes.agent]) update(column);
  update(balances.isReported);
  update(balances.agentFees);
  update(lane.parts.orders.lineUp);
  for (const venue of lane.parts.venues) update(venue.isGivenUp);
  for (const column of [lane.parts.lines.nextSequence, lane.parts.lines.heardNs, lane.parts.lines.isRenewing])
    update(column);
  for (const slot of slots) {
    hash.update(`${slot.name} ${slot.state} ${slot.generation}`);
    update(slot.counters);
    update(slot.u8.subarray(memoryMapOf(slot.kind).memoryBase));
  }
  update(lane.counters);
  return hash.digest();
}
