import { readInt64, RequestReply } from "../../abi/host/index.ts";
import { LANE_VENUES_MAX } from "../execution/gateways/index.ts";
import { WALL_AHEAD } from "./order-sender.hot.ts";

const NS_PER_MS = 1e6;
const STATUS_TOO_MANY = 429;
const STATUS_BANNED = 418;
const HOLD_MIN_NS = 1e9;

/**
 * [V13] A venue that limits us gets no new orders until its time has come, or for a second where it names none. Cancels flow until one of them is
 * limited; then they wait too, and are not forgotten: those that go on asking are banned, ten of them a minute at Binance.
 */
export class VenueHold {
  /** By venue index: before this time the venue wants no new orders. */
  private readonly untilNs: Float64Array;
  /** The same for cancels, after one of them was limited itself. */
  private readonly cancelsUntilNs: Float64Array;
  private readonly nowNs: Float64Array;
  private readonly wall: Float64Array;

  /** `wall` as the order sender has it. */
  constructor(nowNs: Float64Array, wall: Float64Array) {
    this.untilNs = new Float64Array(LANE_VENUES_MAX);
    this.cancelsUntilNs = new Float64Array(LANE_VENUES_MAX);
    this.nowNs = nowNs;
    this.wall = wall;
  }

  isHeld(venue: number): boolean {
    return this.nowNs[0]! < this.untilNs[venue]!;
  }

  areCancelsHeld(venue: number): boolean {
    return this.nowNs[0]! < this.cancelsUntilNs[venue]!;
  }

  /** Until the venue is sent a new order again; 0 where none is held. */
  ordersHeldNs(venue: number): number {
    return Math.max(0, this.untilNs[venue]! - this.nowNs[0]!);
  }

  /** Until the venue is sent a cancel again; 0 where none is held. */
  cancelsHeldNs(venue: number): number {
    return Math.max(0, this.cancelsUntilNs[venue]! - this.nowNs[0]!);
  }

  /** A RequestReply block at offset 0, the answer to a cancel or to something else: most limit nothing. */
  obey(venue: number, i32: Int32Array, isCancel: boolean): void {
    const status = i32[RequestReply.status >> 2]!;
    if (status !== STATUS_TOO_MANY && status !== STATUS_BANNED) return;
    const venueMs = this.wall[0]! + this.wall[WALL_AHEAD + venue]!;
    const namedNs = (readInt64(i32, RequestReply.retryAfterMs >> 2) - venueMs) * NS_PER_MS;
    const leastNs = this.nowNs[0]! + HOLD_MIN_NS;
    this.untilNs[venue] = namedNs > leastNs ? namedNs : leastNs;
    if (isCancel) this.cancelsUntilNs[venue] = this.untilNs[venue]!;
  }
}
