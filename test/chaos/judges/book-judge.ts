import type { Complain, Judge, JudgedWorld } from "./judge.ts";

/** Far from the best a level is changed seldom, so that a wrong one is still there at the next look. */
const LEVELS = 60;
/** A book that comes whole is compared whole, every so many looks. */
const WHOLE_EACH = 10;
const WHOLE_LEVELS = 4_096;
/** As the host numbers its feeds' states: the book may be read. */
const LIVE = 3;

/** As the host shows a book. */
interface ShownBook {
  readLevels(side: number, prices: Float64Array, sizes: Float64Array): number;
}

/** [I13] A book that the host calls valid is the venue's at that update id. */
export class BookJudge implements Judge {
  readonly name = "books";
  /** Books compared so far: a judge that never found a valid one has judged nothing. */
  compared = 0;
  private looks = 0;
  private readonly world: JudgedWorld;
  private readonly complain: Complain;
  private readonly prices = new Float64Array(WHOLE_LEVELS);
  private readonly sizes = new Float64Array(WHOLE_LEVELS);

  constructor(world: JudgedWorld, complain: Complain) {
    this.world = world;
    this.complain = complain;
  }

  look(): void {
    this.looks += 1;
    const feeds = this.world.life?.host.built.lane.parts.market.feeds ?? [];
    for (const [index, feed] of feeds.entries())
      if (feed.state === LIVE && !feed.isStale()) this.lookAt(index, feed.book, feed.updateId[0] ?? 0);
  }

  private lookAt(index: number, book: ShownBook, updateId: number): void {
    const { life, venues } = this.world;
    const isWhole = venues[index]?.kind === "coinbase" && this.looks % WHOLE_EACH === 0;
    const levels = isWhole ? WHOLE_LEVELS : LEVELS;
    const changes = life?.wires[index]?.changesIn(updateId) ?? -1;
    for (const side of [1, 2] as const) {
      const real = venues[index]?.record.bookAt(changes, side, levels) ?? null;
      if (real === null)
        this.complain(this.name, `the host's book has an update ${updateId} that is not the venue's`);
      else
        this.compare(
          `venue ${index}, side ${side}, update ${updateId}`,
          this.shown(book, side, levels),
          real,
        );
    }
  }

  /** The host numbers its sides from 0, the venue from 1. */
  private shown(book: ShownBook, side: 1 | 2, levels: number): [number, number][] {
    const [prices, sizes] = [this.prices.subarray(0, levels), this.sizes.subarray(0, levels)];
    const count = book.readLevels(side - 1, prices, sizes);
    return Array.from({ length: count }, (_, at) => [prices[at] ?? 0, sizes[at] ?? 0]);
  }

  atRest(): void {
    const { life, venues } = this.world;
    const feeds = life?.host.built.lane.parts.market.feeds ?? [];
    for (let index = 0; index < venues.length; index++)
      if (feeds[index]?.state !== LIVE || feeds[index]?.isStale() !== false)
        this.complain(this.name, `healed, and the book of venue ${index} is not valid`);
    if (this.compared === 0) this.complain(this.name, "no valid book in the whole run: nothing was judged");
  }

  private compare(where: string, shown: readonly unknown[], real: readonly unknown[]): void {
    this.compared += 1;
    const [mine, its] = [JSON.stringify(shown), JSON.stringify(real)];
    if (mine !== its) this.complain(this.name, `${where}: the host has ${mine}, the venue ${its}`);
  }
}
