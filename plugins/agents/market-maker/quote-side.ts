import { SnapshotReader, SnapshotWriter } from "abi/assembly";

/** The quote that this agent keeps on one side of one book. */
export class QuoteSide {
  /** Tag of the resting quote; 0 when there is none. */
  liveTag: u32 = 0;
  livePrice: i64 = 0;
  /** Tag of a quote whose cancel is under way; 0 when there is none. */
  cancelingTag: u32 = 0;
  /** No new quote before this time: shortly after the last one, longer after a denial. */
  heldUntilNs: i64 = 0;
  /** Other terms of the resting quote have been asked for. */
  isReplacing: bool = false;

  /** Whether the resting quote has to go: no longer wanted, or too far from where it should be. */
  isOff(wanted: bool, price: i64, distanceMax: i64): bool {
    if (this.liveTag == 0) return false;
    const distance = price > this.livePrice ? price - this.livePrice : this.livePrice - price;
    return !wanted || distance >= distanceMax;
  }

  /** Whether an order of this side is or may be at the venue. */
  get isBusy(): bool {
    return this.liveTag != 0 || this.cancelingTag != 0;
  }

  /** An order rests at this price: also one whose cancel was refused. */
  keep(tag: u32, price: i64): void {
    if (tag == this.cancelingTag) {
      this.cancelingTag = 0;
      this.liveTag = tag;
    } else if (tag == this.liveTag) {
      this.livePrice = price;
      this.isReplacing = false;
    }
  }

  /** Forgets an order that is over. */
  forget(tag: u32): void {
    if (tag == this.liveTag) {
      this.liveTag = 0;
      this.isReplacing = false;
    }
    if (tag == this.cancelingTag) this.cancelingTag = 0;
  }

  snapshot(writer: SnapshotWriter): void {
    writer.u32(this.liveTag);
    writer.i64(this.livePrice);
    writer.u32(this.cancelingTag);
    writer.i64(this.heldUntilNs);
    writer.bool(this.isReplacing);
  }

  restore(reader: SnapshotReader, version: u32): void {
    this.liveTag = reader.u32();
    this.livePrice = reader.i64();
    this.cancelingTag = reader.u32();
    this.heldUntilNs = reader.i64();
    this.isReplacing = version >= 2 && reader.bool();
  }
}
