import { JournalCode, RecordType } from "../journal/index.ts";
import type { JournalWriter } from "../journal/index.ts";
import { Failpoint, failpoint } from "../platform/failpoints/index.ts";

const NOTHING_PENDING = 0;

/**
 * The journal as the lane uses it. An input is held until the step's first intent, or its end: sealing it costs more than deciding on
 * most inputs, and only an intent has to wait for it.
 */
export class LaneJournal {
  /** 0 while the journal takes everything; else the code of its first refusal. Not 0 means: no new order leaves. */
  refusal: number;
  /**
   * An input, an outcome or a cancel could not be appended. Nothing is appended any more, also where there is room again: a journal with a hole in its middle
   * is worse than one that ends.
   */
  isEnded: boolean;
  private readonly writer: JournalWriter;
  private readonly nowNs: Float64Array;
  private type: number;
  private channel: number;
  private bytes: Uint8Array;
  private offset: number;
  private length: number;
  private readonly code: Int32Array;
  private readonly codeBytes: Uint8Array;

  constructor(writer: JournalWriter, nowNs: Float64Array) {
    this.refusal = 0;
    this.isEnded = false;
    this.code = new Int32Array(1);
    this.codeBytes = new Uint8Array(this.code.buffer);
    this.writer = writer;
    this.nowNs = nowNs;
    this.type = NOTHING_PENDING;
    this.channel = 0;
    this.bytes = new Uint8Array(0);
    this.offset = 0;
    this.length = 0;
  }

  /** Holds the input of the step that begins. */
  begin(type: number, channel: number, bytes: Uint8Array, offset: number, length: number): void {
    this.type = type;
    this.channel = channel;
    this.bytes = bytes;
    this.offset = offset;
    this.length = length;
  }

  /** Appends the held input, once. Inputs may use the reserved headroom: without them nothing later could be replayed. */
  flushInput(): void {
    if (this.type === NOTHING_PENDING || this.isEnded) return;
    failpoint(Failpoint.INPUT_TAKEN);
    const code = this.writer.appendUrgent(
      this.type,
      this.channel,
      this.nowNs,
      this.bytes,
      this.offset,
      this.length,
    );
    this.type = NOTHING_PENDING;
    if (code < 0) this.end(code);
  }

  /** Appends an intent behind its input. 0, or the journal's refusal: then the intent must not leave. */
  intent(
    type: number,
    channel: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    isUrgent: boolean,
  ): number {
    this.flushInput();
    if (isUrgent) {
      // A cancel can only reduce what is at risk: it leaves even where it cannot be journalled.
      if (this.isEnded) return 0;
      const urgent = this.writer.appendUrgent(type, channel, this.nowNs, bytes, offset, length);
      if (urgent < 0) this.end(urgent);
      return 0;
    }
    if (this.refusal !== 0) return this.refusal;
    const code = this.writer.append(type, channel, this.nowNs, bytes, offset, length);
    // Final: a replay, whose journal takes everything, could not follow a host that goes on after a refusal.
    if (code < 0) this.refuse(code);
    failpoint(Failpoint.INTENT_APPENDED);
    return code < 0 ? code : 0;
  }

  /**
   * Appends a record that nothing waits for. On a full or lagging disk it is left out: cancels and reports, which have the reserved
   * headroom, must still get through [J10]. What lies below LAG is final for the writer. Returns the journal's answer: negative where it was
   * left out.
   */
  note(type: number, channel: number, bytes: Uint8Array, offset: number, length: number): number {
    this.flushInput();
    if (this.isEnded) return this.refusal;
    const code = this.writer.append(type, channel, this.nowNs, bytes, offset, length);
    if (code < JournalCode.LAG) this.end(code);
    return code;
  }

  /**
   * Appends what became of an order. It may use the reserved headroom, like the report that it follows from; without it a later start would
   * not know what this one did, so a refusal is final as that of an input is.
   */
  outcome(type: number, bytes: Uint8Array, length: number): void {
    this.flushInput();
    if (this.isEnded) return;
    const code = this.writer.appendUrgent(type, 0, this.nowNs, bytes, 0, length);
    if (code < 0) this.end(code);
  }

  /** Makes everything durable at the configured level. 0, or the refusal: then nothing of this step may leave. */
  commit(): number {
    const code = this.writer.commit();
    if (code !== 0) this.refuse(code);
    return code;
  }

  /** Takes no new order from here on, and says so in the journal: what follows is cancels, and what becomes of orders. */
  private refuse(code: number): void {
    if (this.refusal !== 0) return;
    this.refusal = code;
    this.code[0] = code;
    if (
      this.writer.appendUrgent(RecordType.REFUSED, 0, this.nowNs, this.codeBytes, 0, this.codeBytes.length) <
      0
    )
      this.isEnded = true;
  }

  /** The journal ends here, with a word about it if there is room for that. */
  private end(code: number): void {
    this.refuse(code);
    this.isEnded = true;
  }
}
