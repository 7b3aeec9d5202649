import type { HostLife } from "../world/host-life.ts";
import type { Complain, Judge, JudgedWorld } from "./judge.ts";

const PARTS_PER_WHOLE = 100_000_000n;
const REDUCING = 2;
/** A line that is silent and open is given up after 40 s, looked at each 5 s; the rest is for answers on their way. */
const UNNOTICED_MAX_NS = 60e9;
const FILLS_COUNTER = "FILLS";

/** What one side says of an instrument, over all starts of the host. Quantity in 10^-8, money in 10^-16. */
interface Books {
  readonly quantity: number;
  readonly cash: bigint;
  readonly baseFees: bigint;
  readonly quoteFees: bigint;
}

/**
 * [I4] Position, cash flow and fees are the venue's. The host may be behind while a report is on its way, or while nobody can know that a line is dead; longer
 * only where it has restricted the instrument, which says that it does not know. It is never ahead: no fill counts that the venue has not made. A trade that
 * the venue has undone or corrected counts as such from when the host was told, and by the end it was.
 */
export class LedgerJudge implements Judge {
  readonly name = "ledgers";
  /** Differences that the host had admitted by a restriction. */
  admitted = 0;
  private readonly world: JudgedWorld;
  private readonly complain: Complain;
  private readonly fillsCounter: number;
  /** By venue: since when the books differ (-1: they agree), and whether the host has admitted it. */
  private differsNs: number[] = [];
  private isAdmitted: boolean[] = [];

  constructor(world: JudgedWorld, complain: Complain, counters: Readonly<Record<string, number>>) {
    this.world = world;
    this.complain = complain;
    this.fillsCounter = counters[FILLS_COUNTER] ?? -1;
  }

  onBirth(): void {
    const { venues } = this.world;
    this.differsNs = venues.map(() => -1);
    this.isAdmitted = venues.map(() => false);
  }

  look(): void {
    const { life, venues, nowNs } = this.world;
    if (life === null) return;
    this.judgeCount(life);
    for (let index = 0; index < venues.length; index++) {
      const text = this.difference(life, index);
      if (text === null) {
        this.differsNs[index] = -1;
        this.isAdmitted[index] = false;
        continue;
      }
      const sinceNs = this.differsNs[index] ?? -1;
      if (sinceNs < 0) this.differsNs[index] = nowNs;
      if (isRestricted(life, index) && this.isAdmitted[index] !== true) {
        this.isAdmitted[index] = true;
        this.admitted += 1;
      }
      if (sinceNs >= 0 && nowNs - sinceNs > UNNOTICED_MAX_NS && this.isAdmitted[index] !== true)
        this.complain(this.name, `unnoticed for ${(nowNs - sinceNs) / 1e9} s: ${text}`);
    }
  }

  atRest(): void {
    const { life, venues } = this.world;
    if (life === null) return this.complain(this.name, "healed, and no host runs");
    for (const [index, { record }] of venues.entries()) {
      const text = this.difference(life, index);
      if (text !== null) this.complain(this.name, `at rest: ${text}`);
      const { size } = record.untold;
      if (size > 0)
        this.complain(
          this.name,
          `at rest: the host has not asked for ${size} changed trades of venue ${index}`,
        );
    }
  }

  /** What differs at a venue, or null. */
  difference(life: HostLife, index: number): string | null {
    const quoteAsset = this.world.venues[index]?.quoteAsset ?? "";
    const mine = hostBooks(life, index, quoteAsset);
    const its = this.venueBooks(index);
    const differing = (["quantity", "cash", "baseFees", "quoteFees"] as const).filter(
      (key) => mine[key] !== its[key],
    );
    if (differing.length === 0) return null;
    const list = differing.map((key) => `${key} ${mine[key]} by the host, ${its[key]} by the venue`);
    return `venue ${index}: ${list.join("; ")}`;
  }

  private judgeCount(life: HostLife): void {
    let made = 0;
    for (const { record } of this.world.venues) made += record.fills.length;
    const counted = life.host.built.lane.counters[this.fillsCounter] ?? 0;
    if (counted > made) this.complain(this.name, `the host counts ${counted} fills, the venues made ${made}`);
  }

  private venueBooks(index: number): Books {
    const venue = this.world.venues[index];
    if (venue === undefined) throw new Error(`there is no venue ${index}`);
    const { held: quantity, cash, fees } = venue.record;
    const [baseFees, quoteFees] = [fees.get("BTC") ?? 0n, fees.get(venue.quoteAsset) ?? 0n];
    return { quantity, cash, baseFees, quoteFees };
  }
}

function isRestricted({ host }: HostLife, index: number): boolean {
  const { modes } = host.built;
  return Math.max(modes.account[0] ?? 0, modes.instrument[index] ?? 0) > REDUCING;
}

/** The host's columns, read as the position book's comment draws them: realised and cost together are the cash flow. */
function hostBooks({ host }: HostLife, index: number, quoteAsset: string): Books {
  const { positions, balances, assets, configuration } = host.built;
  const row = positions.accountRow * positions.instrumentCount + index;
  const quantity = positions.quantity[row] ?? 0;
  const money = (whole: number | undefined, parts: number | undefined): bigint =>
    BigInt(whole ?? 0) * PARTS_PER_WHOLE + BigInt(parts ?? 0);
  const cost = money(positions.costWhole[row], positions.costParts[row]);
  const realised = money(positions.realizedWhole[row], positions.realizedParts[row]);
  const fees = (code: string): bigint => {
    const place = configuration.assets.findIndex((asset) => asset.code === code);
    return BigInt(balances.fees[index * assets.count + place] ?? 0);
  };
  const cash = quantity >= 0 ? realised - cost : realised + cost;
  return { quantity, cash, baseFees: fees("BTC"), quoteFees: fees(quoteAsset) };
}
