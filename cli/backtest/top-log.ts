import { decimalOf } from "../../host/control/decimal.ts";
import { BestCell } from "../../host/data/books/index.ts";
import type { Lane } from "../../host/lane/index.ts";
import type { LineFile } from "./line-file.ts";

const EXPONENT = -8;
const DECIMALS = 8;

/** After every depth event of a live book: `u,bidPrice,bidQty,askPrice,askQty`, decimals as the venue writes them. */
export function logTop(lane: Lane, file: LineFile): void {
  const { market } = lane.parts;
  if (market.lastBook < 0) return;
  const feed = market.feeds[market.lastBook];
  if (feed === undefined) return;
  const { best } = feed.book;
  const cells = [BestCell.BID_PRICE, BestCell.BID_SIZE, BestCell.ASK_PRICE, BestCell.ASK_SIZE];
  const texts = cells.map((cell) => decimalOf(best[cell] ?? 0, EXPONENT, DECIMALS));
  file.add(`${feed.updateId[0] ?? 0},${texts.join(",")}`);
}
