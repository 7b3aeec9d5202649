import type { ClientSession } from "./client-session.ts";

/**
 * Faults of the venue and of its connections, switched on a running venue by whoever drives the simulation.
 *
 * | id       | fault                                                          | by                                  |
 * |----------|----------------------------------------------------------------|-------------------------------------|
 * | V1, M4   | a socket that goes silent and stays                             | `halfOpen`                          |
 * | V1       | heartbeats that stop while all else goes on                     | `heartbeatsOff`                     |
 * | V20      | a socket that breaks within a frame; an answer that does        | `tearFrame`, `cutAnswerAtByte`      |
 * | V4, M1   | frames lost, so that `sequence_num` has a gap                   | `dropFrames`                        |
 * | V4       | a message about orders lost, and no other                       | `loseUserEvents`                    |
 * | M6, V15  | frames twice, swapped, or late                                  | `duplicateFrames`, `swapFrames`, `delayFrames` |
 * | M3       | a snapshot whose bid and ask cross                              | `contradictSnapshot`                |
 * | V11      | a channel that nobody has documented                            | `CoinbaseVenue.unknownMessage`      |
 * | V12      | a report of an order that the account never sent                | `CoinbaseVenue.strangeOrder`        |
 * | C7       | 5xx for a request that was carried out                          | `failAfterActing`                   |
 * | C2, C7   | no answer at all to a request that was carried out              | `loseAnswers`                       |
 * | C8       | orders that queries do not find yet                             | `queryLagNs`                        |
 * | C10      | a fill between an accepted cancel and its effect                | `cancelDelayNs`                     |
 * | C9       | a batch of cancels of which every second one is refused         | `partialCancel`                     |
 * | V2       | connections that are refused                                    | `refuseConnections`                 |
 * | V13      | 429 in spite of all limits kept                                 | `refuseRequests`                    |
 * | V14      | the clock that judges tokens is wrong                           | `CoinbaseVenue.skewClock`           |
 * | V15      | fills told before the answer to their order                     | `answerDelayNs`                     |
 * | V16      | a trade that is undone, or gets other terms                     | `CoinbaseVenue.bust`, `CoinbaseVenue.correct` |
 */
export class VenueFaults {
  /** Every new order is refused with `success` false. */
  rejectOrders = false;
  /** That many of the next requests that change orders are carried out and answered 502. */
  failAfterActing = 0;
  /** That many of the next requests that change orders are carried out, and their connections break without an answer. */
  loseAnswers = 0;
  /** The next answer's body breaks off after that many bytes; null is off. */
  cutAnswerAtByte: number | null = null;
  /** That many of the next requests are answered 429. */
  refuseRequests = 0;
  /** How long a new order stays unknown to queries. */
  queryLagNs = 0;
  /** How long an accepted cancel waits until it takes effect. */
  cancelDelayNs = 0;
  /** Of each batch of cancels, the second, fourth and so on are refused. */
  partialCancel = false;
  /** Answers to requests that change orders come that much later than their events. */
  answerDelayNs = 0;
  /** New connections are refused with 503. */
  refuseConnections = false;

  /** Switches off what lasts at the venue, but nothing of single connections. */
  clear(): void {
    this.rejectOrders = false;
    this.failAfterActing = 0;
    this.loseAnswers = 0;
    this.cutAnswerAtByte = null;
    this.refuseRequests = 0;
    this.queryLagNs = 0;
    this.cancelDelayNs = 0;
    this.partialCancel = false;
    this.answerDelayNs = 0;
    this.refuseConnections = false;
  }

  /** The next `count` frames to this connection vanish; their numbers are used up. */
  dropFrames(session: ClientSession, count: number): void {
    session.connection.dropNext += count;
  }

  /** The next `count` messages about orders to this connection vanish, and nothing else; their numbers are used up. */
  loseUserEvents(session: ClientSession, count: number): void {
    session.stream.loseUserEvents += count;
  }

  /** The next `count` frames to this connection come twice. */
  duplicateFrames(session: ClientSession, count: number): void {
    session.connection.copyNext += count;
  }

  /** Of the next `count` pairs of frames to this connection the second overtakes the first. */
  swapFrames(session: ClientSession, count: number): void {
    session.connection.swapNext += count;
  }

  /** Frames to this connection come that much later from now on. */
  delayFrames(session: ClientSession, delayNs: number): void {
    session.connection.extraDelayNs = delayNs;
  }

  /** The connection breaks after that many bytes of its next frame, counted from the frame's header on. */
  tearFrame(session: ClientSession, afterBytes: number): void {
    session.connection.tearAfterBytes = afterBytes;
  }

  /** The connection goes silent in both directions without being closed. */
  halfOpen(session: ClientSession): void {
    session.connection.halfOpen = true;
  }

  /** No more heartbeats on this connection. */
  heartbeatsOff(session: ClientSession): void {
    session.stream.heartbeatsOff = true;
  }

  /** The next level2 snapshot to this connection bids for more than it offers at. */
  contradictSnapshot(session: ClientSession): void {
    session.stream.contradictNext = true;
  }
}
