import type { HostLife } from "../world/host-life.ts";
import type { Complain, Judge, JudgedWorld } from "./judge.ts";

/** From exponent -8 to -16. */
const FINE_SCALE = 100_000_000n;

/**
 * [I7] The host reserves no less than what is open at the venue, on each side, at every moment, and nothing once nothing is open; and its balances
 * are then the venue's purses, of which nothing is locked.
 */
export class ReserveJudge implements Judge {
  readonly name = "reserves";
  /** The most orders of one side that were open at a venue at a look. */
  mostOpen = 0;
  private readonly world: JudgedWorld;
  private readonly complain: Complain;

  constructor(world: JudgedWorld, complain: Complain) {
    this.world = world;
    this.complain = complain;
  }

  look(): void {
    const { life, venues } = this.world;
    if (life === null) return;
    for (const [index, { record }] of venues.entries())
      for (const side of [1, 2] as const) {
        const open = record.openOrders().filter((order) => order.side === side);
        this.mostOpen = Math.max(this.mostOpen, open.length);
        const leaves = open.reduce((sum, { quantity, filled }) => sum + quantity - filled, 0);
        const reserved = reservedBy(life, index, side);
        if (reserved < leaves)
          this.complain(
            this.name,
            `${reserved} reserved on side ${side}, and ${leaves} open at venue ${index} in ${open.length} orders`,
          );
      }
  }

  atRest(): void {
    const { life, venues } = this.world;
    if (life === null) return;
    for (const [index, venue] of venues.entries()) {
      for (const side of [1, 2] as const) {
        const reserved = reservedBy(life, index, side);
        if (reserved !== 0)
          this.complain(this.name, `at rest: ${reserved} still reserved on side ${side} at venue ${index}`);
      }
      for (const asset of ["BTC", venue.quoteAsset]) this.judgePurse(life, index, asset);
    }
  }

  /** Each fill may have been rounded, by less than a hundred-millionth of the asset; and the report that the host counts from. */
  private judgePurse({ host }: HostLife, index: number, asset: string): void {
    const { balances, configuration } = host.built;
    const place = configuration.assets.findIndex(({ code }) => code === asset);
    const row = index * configuration.assets.length + place;
    const where = `at rest: ${asset} at venue ${index}`;
    const { free, locked } = this.world.venues[index]?.purse(asset) ?? { free: 0n, locked: 0n };
    if (locked !== 0n) this.complain(this.name, `${where}: ${locked} locked at the venue`);
    if (balances.isReported[row] !== 1)
      return this.complain(this.name, `${where}: never reported to the host`);
    const mine =
      BigInt(balances.expectedWhole[row] ?? 0) * FINE_SCALE + BigInt(balances.expectedParts[row] ?? 0);
    const difference = free + locked - mine;
    const most = BigInt((balances.roundings[row] ?? 0) + 1) * FINE_SCALE;
    if (difference > most || difference < -most)
      this.complain(this.name, `${where}: ${mine} by the host, ${free + locked} in the venue's purse`);
  }
}

function reservedBy({ host }: HostLife, instrument: number, side: 1 | 2): number {
  const { buyQty, sellQty } = host.built.orders.open;
  return (side === 1 ? buyQty : sellQty)[instrument] ?? 0;
}
