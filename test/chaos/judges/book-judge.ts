import type { Complain, Judge, JudgedWorld } from "./judge.ts";

/** Far from the best a level is changed seldom, so that a wrong one is still there at the next look. */
const LEVELS = 60;
/** As the host numbers its feeds' states: the book may be read. */
const LIVE = 3;

/** [I13] A book that the host calls valid is the venue's at that update id. */
export class BookJudge implements Judge {
  readonly name = "books";
  /** Books compared so far: a judge that never found a valid one has judged nothing. */
  compared = 0;
  private readonly world: JudgedWorld;
  private readonly complain: Complain;
  private readonly prices = new Float64Array(LEVELS);
  private readonly sizes = new Float64Array(LEVELS);

  constructor(world: JudgedWorld, complain: Complain) {
    this.world = world;
    this.complain = complain;
  }

  look(): void {
    const feeds = this.world.life?.host.built.lane.parts.market.feeds ?? [];
    for (const [index, feed] of feeds.entries()) {
      if (feed.state !== LIVE || feed.isStale()) continue;
      const updateId = feed.updateId[0] ?? 0;
      for (const side of [1, 2] as const) {
        // The host numbers its sides from 0, the venue from 1.
        const count = feed.book.readLevels(side - 1, this.prices, this.sizes);
        const shown = Array.from({ length: count }, (_, at) => [this.prices[at], this.sizes[at]]);
        const real = this.world.venues[index]?.record.bookAt(updateId, side, LEVELS) ?? null;
        if (real === null)
          this.complain(this.name, `the host's book has an update ${updateId} that is not the venue's`);
        else this.compare(`venue ${index}, side ${side}, update ${updateId}`, shown, real);
      }
    }
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
