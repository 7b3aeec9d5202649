import { createHash } from "node:crypto";
import type { FrameSet } from "./frame-set.ts";
import { frameSetOf } from "./frame-set.ts";

const TICKS_PER_UNIT = 100;
const START_TICK = 6_183_763;
const SNAPSHOT_AFTER = 7;
const SNAPSHOT_LEVELS = 500;
const REACH_TICKS = 3000;
const LEVELS_A_DELTA = 45;
const START_NS = 1_700_000_000_000_000_000n;
const START_MS = 1_700_000_000_000;

/** Frames in the venue's form where no recording is at hand: the same on every machine, and as long as recorded ones. */
export function generatedFrames(count: number): FrameSet {
  const bytes = Buffer.from(new Market().lines(count), "latin1");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return frameSetOf(
    bytes,
    { source: "generated", files: [{ name: `${count} generated frames`, sha256 }] },
    count,
  );
}

/** A price that walks, levels around it that come and go. */
class Market {
  private readonly sides = { bids: new Map<number, number>(), asks: new Map<number, number>() };
  private seed = 0x2545f491;
  private middle = START_TICK;
  private updateId = 1000;
  private depthId = 1000;
  private tradeId = 1;
  private timeNs = 0;

  lines(count: number): string {
    for (let distance = 1; distance <= SNAPSHOT_LEVELS; distance++) {
      this.sides.bids.set(this.middle - distance * 3, this.size());
      this.sides.asks.set(this.middle + distance * 3, this.size());
    }
    let text = "";
    for (let index = 0; index < count; index++) {
      this.timeNs += this.below(13_000_000);
      text += `${START_NS + BigInt(this.timeNs)} ${this.frame(index)}\n`;
    }
    return text;
  }

  private frame(index: number): string {
    if (index === SNAPSHOT_AFTER) return this.snapshot();
    const draw = index < SNAPSHOT_AFTER || index === SNAPSHOT_AFTER + 1 ? 0 : this.below(100);
    if (draw < 7) return this.depth();
    return draw < 27 ? this.trade() : this.quote();
  }

  private snapshot(): string {
    const list = (side: Map<number, number>, sign: number): string =>
      [...side]
        .sort((a, b) => sign * (a[0] - b[0]))
        .map(([tick, size]) => levelText(tick, size))
        .join(",");
    return `{"lastUpdateId":${this.depthId},"bids":[${list(this.sides.bids, -1)}],"asks":[${list(this.sides.asks, 1)}]}`;
  }

  private depth(): string {
    this.middle += this.below(5) - 2;
    const bids = this.change(this.sides.bids, -1);
    const asks = this.change(this.sides.asks, 1);
    const first = this.depthId + 1;
    this.updateId += 1 + this.below(30);
    this.depthId = this.updateId;
    return `{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":${this.wallMs()},"s":"BTCUSDT","U":${first},"u":${this.depthId},"b":[${bids}],"a":[${asks}]}}`;
  }

  /** Levels that the middle has passed go, the best one is set, and some others change. */
  private change(side: Map<number, number>, sign: number): string {
    const changed = new Map<number, number>();
    for (const tick of side.keys()) if ((tick - this.middle) * sign <= 0) changed.set(tick, 0);
    for (let level = this.below(LEVELS_A_DELTA); level > 0; level--) {
      changed.set(this.middle + sign * (1 + this.below(REACH_TICKS)), this.below(3) === 0 ? 0 : this.size());
    }
    changed.set(this.middle + sign, this.size());
    for (const [tick, size] of changed) {
      if (size === 0) side.delete(tick);
      else side.set(tick, size);
    }
    return [...changed].map(([tick, size]) => levelText(tick, size)).join(",");
  }

  private quote(): string {
    this.updateId += 1;
    const [bid, ask] = [priceText(this.middle - 1), priceText(this.middle + 1)];
    return `{"stream":"btcusdt@bookTicker","data":{"u":${this.updateId},"s":"BTCUSDT","b":"${bid}","B":"${sizeText(this.size())}","a":"${ask}","A":"${sizeText(this.size())}"}}`;
  }

  private trade(): string {
    const isSale = this.below(2) === 0;
    this.tradeId += 1;
    const price = priceText(this.middle + (isSale ? -1 : 1));
    return `{"stream":"btcusdt@trade","data":{"e":"trade","E":${this.wallMs()},"s":"BTCUSDT","t":${this.tradeId},"p":"${price}","q":"${sizeText(this.size())}","T":${this.wallMs()},"m":${isSale},"M":true}}`;
  }

  private wallMs(): number {
    return START_MS + Math.floor(this.timeNs / 1e6);
  }

  private size(): number {
    return 1 + this.below(300_000);
  }

  /** A linear congruential generator's high bits (Numerical Recipes' constants): good enough for load. */
  private below(limit: number): number {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.seed / 2 ** 32) * limit);
  }
}

function priceText(tick: number): string {
  return `${Math.floor(tick / TICKS_PER_UNIT)}.${String(tick % TICKS_PER_UNIT).padStart(2, "0")}000000`;
}

function sizeText(lots: number): string {
  return `${Math.floor(lots / 100_000)}.${String(lots % 100_000).padStart(5, "0")}000`;
}

function levelText(tick: number, size: number): string {
  return `["${priceText(tick)}","${sizeText(size)}"]`;
}
