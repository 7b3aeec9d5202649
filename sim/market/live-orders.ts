import type { Rng } from "./rng.ts";

/**
 * Orders the generated flow has in the market, for picking one at random. The flow is not told of fills: an id that the
 * market no longer knows is dropped when it is picked.
 */
export class LiveOrders {
  private readonly ids: number[] = [];
  private readonly ticks: number[] = [];

  get size(): number {
    return this.ids.length;
  }

  add(orderId: number, ticks: number): void {
    this.ids.push(orderId);
    this.ticks.push(ticks);
  }

  /** Of several random orders takes out the one with the least score of its ticks; 0 when there is none. */
  takeLeast(rng: Rng, draws: number, score: (ticks: number) => number): number {
    if (this.ids.length === 0) return 0;
    let chosen = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let draw = 0; draw < draws; draw += 1) {
      const index = rng.nextBelow(this.ids.length);
      const value = score(this.ticks[index] ?? 0);
      if (value >= least) continue;
      least = value;
      chosen = index;
    }
    return this.takeAt(chosen);
  }

  private takeAt(index: number): number {
    const id = this.ids[index] ?? 0;
    const lastId = this.ids.pop() ?? 0;
    const lastTicks = this.ticks.pop() ?? 0;
    if (index < this.ids.length) {
      this.ids[index] = lastId;
      this.ticks[index] = lastTicks;
    }
    return id;
  }
}
