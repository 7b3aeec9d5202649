import { OrderCommand, writeInt64 } from "../abi/host/index.ts";
import type { VenueStage } from "../host/lane/venue-stage.hot.ts";

const ORDERS_A_RUN = 64;
const WORDS = OrderCommand.blockLength >> 2;

/** What the lane does to encode an order: the command into the codec's inbox, the metered call, and its outbox checked. */
export class OrderEncoding {
  /** Orders that were not encoded. */
  failed: number;
  readonly venue: VenueStage;
  private readonly command: Int32Array;
  private readonly mantissas: Float64Array;

  /** `command`: words of an OrderCommand whose price, request and client order id differ from order to order. `mantissas`: `[price, tick]`. */
  constructor(venue: VenueStage, command: Int32Array, mantissas: Float64Array) {
    this.failed = 0;
    this.venue = venue;
    this.command = command;
    this.mantissas = mantissas;
  }

  /** Encodes `count` orders, a multiple of 64. */
  run(count: number): void {
    for (let first = 0; first < count; first += ORDERS_A_RUN) this.some(first);
  }

  /** Encodes the order of a number; where its bytes are, the stage tells. */
  encode(order: number): void {
    const { venue, command, mantissas } = this;
    const first = venue.openCommand() >> 2;
    const { i32 } = venue.slot;
    for (let word = 0; word < WORDS; word++) i32[first + word] = command[word]!;
    writeInt64(i32, first + (OrderCommand.price >> 2), mantissas[0]! + (order & 1023) * mantissas[1]!);
    i32[first + (OrderCommand.requestId >> 2)] = order + 1;
    i32[first + (OrderCommand.clientOrderSequence >> 2)] = order + 1;
    if (venue.encode() !== 0) this.failed += 1;
  }

  private some(first: number): void {
    for (let order = first; order < first + ORDERS_A_RUN; order++) this.encode(order);
  }
}
