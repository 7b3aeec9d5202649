import { Asked } from "./asked";

/** No request is carried out that long after it was sent: the host gives it up after 10 s, and a venue that is slower than this says so. */
const LATE_MAX_NS: i64 = 60_000_000_000;

/**
 * How far a page of the newest orders reaches back, as against the order that was asked about. The venue finds nothing by a client order id, and an account soon has
 * more orders than a page. Ids rise from order to order, so an order of this host with a lower id was sent before: what was asked about was created after that, less
 * what a request may be late. A page with orders older than that would have it, if it was anywhere.
 *
 *   newest                                                        oldest of the page
 *   ├── …  higher ids  …  ──┼── an order of ours with a lower id ──────┤
 *                           │◄──────────── 60 s or more ──────────────►│   absent: 404
 */
export class PageSpan {
  static oldestNs: i64 = 0;
  /** When the latest order with a lower id was created; 0: there is none. */
  static lastBeforeNs: i64 = 0;

  static clear(): void {
    PageSpan.oldestNs = i64.MAX_VALUE;
    PageSpan.lastBeforeNs = 0;
  }

  /** An order of the page; `epoch` 0 is another's. */
  static note(createdNs: i64, epoch: u32, sequence: u32): void {
    if (createdNs < PageSpan.oldestNs) PageSpan.oldestNs = createdNs;
    const isBefore =
      epoch != 0 && (epoch < Asked.epoch || (epoch == Asked.epoch && sequence < Asked.sequence));
    if (isBefore && createdNs > PageSpan.lastBeforeNs) PageSpan.lastBeforeNs = createdNs;
  }

  static get reachesBehind(): bool {
    return PageSpan.lastBeforeNs != 0 && PageSpan.lastBeforeNs - PageSpan.oldestNs >= LATE_MAX_NS;
  }
}
