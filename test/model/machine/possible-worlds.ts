/** Where an order can be at its venue, as far as it matters for exposure. */
export const Place = {
  /** the request is on its way: it may arrive, be refused, or be lost */
  FLYING: 0,
  /** it never came about, and cannot any more */
  NEVER: 1,
  LIVE: 2,
  OVER: 3,
} as const;
export type Place = (typeof Place)[keyof typeof Place];

const LOTS_MAX = 64;

/** One possible world of one order: its place, and how many lots are filled. */
const worldOf = (place: Place, filled: number): number => place * LOTS_MAX + filled;
const placeOf = (world: number): number => Math.floor(world / LOTS_MAX);
const filledOf = (world: number): number => world % LOTS_MAX;

/** Two halves of what is told contradict each other, or the truth was left out: the model is wrong, or the venue lies. */
export class NoWorldLeft extends Error {
  override readonly name = "NoWorldLeft";
}

/**
 * Every world of one order that what was told so far allows, now or later: an order that lives may have filled, or ended, a moment ago. What is
 * told takes worlds away, and nothing else does.
 *
 * ```
 *  FLYING ──► NEVER                       │ told            │ leaves
 *     │                                   ├─────────────────┼──────────────────────────────────────
 *     ▼                                   │ it lives, n     │ LIVE and OVER with n lots or more
 *  LIVE 0 ──► LIVE 1 ──► … ──► LIVE q-1   │ it ended at n   │ OVER n
 *    ▼          ▼                │        │ it was refused  │ NEVER
 * OVER 0     OVER 1  ──► …  ──► OVER q   │ 16 s have passed│ all but FLYING
 * ```
 */
export class PossibleWorlds {
  readonly quantity: number;
  private worlds: Set<number>;

  constructor(quantity: number, worlds?: ReadonlySet<number>) {
    this.quantity = quantity;
    this.worlds = new Set(worlds ?? [worldOf(Place.FLYING, 0), worldOf(Place.NEVER, 0)]);
    if (worlds !== undefined) return;
    for (let filled = 0; filled <= quantity; filled++) {
      if (filled < quantity) this.worlds.add(worldOf(Place.LIVE, filled));
      this.worlds.add(worldOf(Place.OVER, filled));
    }
  }

  get count(): number {
    return this.worlds.size;
  }

  copy(): PossibleWorlds {
    return new PossibleWorlds(this.quantity, this.worlds);
  }

  has(place: Place, filled: number): boolean {
    return this.worlds.has(worldOf(place, filled));
  }

  /** What the order has filled, and may still, in the worst world. */
  get worst(): number {
    let worst = 0;
    for (const world of this.worlds) {
      const isOpen = placeOf(world) === Place.LIVE || placeOf(world) === Place.FLYING;
      worst = Math.max(worst, isOpen ? Math.max(this.quantity, filledOf(world)) : filledOf(world));
    }
    return worst;
  }

  /** Whether it cannot trade any more in any world. */
  get isOver(): boolean {
    for (const world of this.worlds)
      if (placeOf(world) === Place.LIVE || placeOf(world) === Place.FLYING) return false;
    return true;
  }

  tellLives(filled: number): void {
    this.keep((place, lots) => (place === Place.LIVE || place === Place.OVER) && lots >= filled);
  }

  tellEnded(filled: number): void {
    this.keep((place, lots) => place === Place.OVER && lots === filled);
  }

  tellRefused(): void {
    this.keep((place) => place === Place.NEVER);
  }

  /** It is the end of time: no request is on its way, nothing trades, and the venue's lists are whole. */
  tellFrozen(isLive: boolean, filled: number): void {
    this.keep(
      (place, lots) => (place === Place.LIVE) === isLive && place !== Place.FLYING && lots === filled,
    );
  }

  tellTooLate(): void {
    this.keep((place) => place !== Place.FLYING);
  }

  /** More was filled than was ordered: no world had that in it. */
  tellOverFilled(filled: number): void {
    this.worlds = new Set([worldOf(Place.OVER, filled)]);
  }

  /** What was refused is there: nothing that was told of it holds. */
  tellRevived(): void {
    this.worlds = new PossibleWorlds(this.quantity).worlds;
    this.tellLives(0);
  }

  private keep(isPossible: (place: number, filled: number) => boolean): void {
    const left = new Set<number>();
    for (const world of this.worlds) if (isPossible(placeOf(world), filledOf(world))) left.add(world);
    if (left.size === 0) throw new NoWorldLeft(`no world of ${this.worlds.size} is left`);
    this.worlds = left;
  }
}
