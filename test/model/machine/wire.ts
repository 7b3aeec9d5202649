import { Channel } from "../../../host/execution/gateways/index.ts";
import type { Fact } from "./knowledge.ts";
import type { VenueOrder } from "./venue-order.ts";

/** What the host wants of the venue, beside new orders. */
export interface VenueRequest {
  readonly kind: "cancel" | "order" | "openOrders" | "trades" | "balances";
  readonly requestId: number;
  /** Of a cancel, and of a question about an order. */
  readonly order: VenueOrder | null;
  /** Of the cancel in a replace: the order that is to take the place. */
  readonly newer: VenueOrder | null;
  readonly instrumentId: number;
  readonly fromId: number;
  readonly line: Channel;
  /** By the world's time, and by the host's process. */
  readonly sentNs: number;
  readonly askedNs: number;
  /** Connection on which it left: no other brings the answer. */
  readonly session: number;
}

/** A message on its way to the host. */
export interface Message {
  readonly line: Channel;
  readonly records: readonly Buffer[];
  readonly facts: readonly Fact[];
  /** Of an answer: what it answers. The facts are heeded where the host still waits for it. */
  readonly requestId?: number;
  /** The venue wants no new order for a second. */
  readonly isLimit?: boolean;
  /** What it says cannot be true: that instrument halts. */
  readonly halts?: number;
  /** When it has arrived this order may leave, if the host lets it. */
  readonly releases?: VenueOrder;
}

const HISTORY_MAX = 32;

/** What is on its way between host and venue: requests one way, answers and events the other, each in a queue of its own. */
export class Wire {
  requests: VenueRequest[] = [];
  answers: Message[] = [];
  events: Message[] = [];
  /** Events that have arrived in this life of the host, to arrive again. */
  readonly heard: Message[] = [];

  get isEmpty(): boolean {
    return this.requests.length + this.answers.length + this.events.length === 0;
  }

  remember(message: Message): void {
    this.heard.push(message);
    if (this.heard.length > HISTORY_MAX) this.heard.shift();
  }

  /** A connection is gone, with all that was on it. Requests may have arrived. */
  drop(line: Channel): void {
    this.answers = this.answers.filter((message) => message.line !== line);
    this.events = this.events.filter((message) => message.line !== line);
  }

  /** The process is gone. */
  dropAll(): void {
    this.drop(Channel.ORDERS);
    this.drop(Channel.ORDER_REST);
    this.heard.length = 0;
  }

  /** Takes a message out, as it arrives; false where it was lost meanwhile. */
  claimMessage(message: Message): boolean {
    for (const queue of [this.answers, this.events]) {
      const place = queue.indexOf(message);
      if (place < 0) continue;
      queue.splice(place, 1);
      if (queue === this.events) this.remember(message);
      return true;
    }
    return false;
  }

  /** Takes a request out. */
  claim(request: VenueRequest): void {
    this.requests = this.requests.filter((other) => other !== request);
  }
}
