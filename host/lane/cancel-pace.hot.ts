import { committed } from "../../abi/host/index.ts";
import { LANE_VENUES_MAX } from "../execution/gateways/index.ts";

const SECOND_NS = 1e9;
/** 32 s: nobody waits longer to hear that a cancel is refused once more. */
const DOUBLINGS_MAX = 5;

/**
 * Orders that are to go, until they are gone, and how soon a cancel may follow the last one: the second at once, the next ones after 1 s, then 2, 4,
 * to 32. A venue that has refused two will refuse one each second, and counts each against the rate that other orders need. By slot.
 */
export class CancelPace {
  readonly wanted: Uint8Array;
  /** By venue index: how often a cancel was held back for a second. */
  readonly paced: Float64Array;
  private readonly tries: Uint8Array;
  private readonly nextNs: Float64Array;
  private readonly nowNs: Float64Array;

  constructor(capacity: number, nowNs: Float64Array) {
    this.paced = new Float64Array(LANE_VENUES_MAX);
    this.wanted = committed(new Uint8Array(capacity));
    this.tries = committed(new Uint8Array(capacity));
    this.nextNs = committed(new Float64Array(capacity));
    this.nowNs = nowNs;
  }

  /** The slot is another order's from now on. */
  clear(slot: number): void {
    this.wanted[slot] = 0;
    this.relax(slot);
  }

  /** There is a new reason to ask: at once, as if for the first time. */
  relax(slot: number): void {
    this.tries[slot] = 0;
    this.nextNs[slot] = 0;
  }

  /** The order is to go, for a new reason. */
  want(slot: number): void {
    this.relax(slot);
    this.wanted[slot] = 1;
  }

  /** One that is not due yet is counted with its venue: it waits for its turn. */
  isDue(slot: number, venue: number): boolean {
    if (this.nowNs[0]! >= this.nextNs[slot]!) return true;
    this.paced[venue] = this.paced[venue]! + 1;
    return false;
  }

  /** A cancel has left. */
  sent(slot: number): void {
    const tries = this.tries[slot]!;
    this.nextNs[slot] = this.nowNs[0]! + (tries === 0 ? 0 : SECOND_NS * 2 ** (tries - 1));
    if (tries <= DOUBLINGS_MAX) this.tries[slot] = tries + 1;
  }
}
