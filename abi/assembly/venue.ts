import { HEADER_BYTES, INBOX_OFFSET } from "./env";
import { openOutbox, outboxUsed } from "./outbox";
import { AccountQuery, AssetDefinition, Frame, InstrumentDefinition, OrderCommand } from "./records";
import { keepStateful, Stateful } from "./stateful";

/** A venue codec: received bytes to records, order commands to bytes. */
export abstract class Venue extends Stateful {
  /** Before the first frame, once for each instrument, and again when the venue changes its grid. */
  onInstrument(instrument: InstrumentDefinition): void {}
  /** Before the first frame, once for each asset beyond base and quote. */
  onAsset(asset: AssetDefinition): void {}
  /**
   * One message lies at `start`, or the part of one that `frame.part` says; parts of a channel's message follow one another, messages of other
   * channels may come in between. A FIRST or WHOLE ends what was under way on its channel. Returns 0, or the negative code with which it is refused; nothing of a refused frame counts,
   * and the rest of its message is not given.
   */
  abstract onFrame(frame: Frame, start: usize, lengthBytes: u32): i32;
  /** One order command to encode as an OutboundFrame. Returns 0, or a negative code. */
  abstract onOrder(command: OrderCommand): i32;

  /** One question for the account to encode as an OutboundFrame. Returns 0, or a negative code. A codec that reads AccountQuery has it. */
  onQuery(query: AccountQuery): i32 {
    return 0;
  }

  /** Gives one record of the inbox to its method. */
  dispatch(template: u32, lengthBytes: u32): i32 {
    const block = INBOX_OFFSET + HEADER_BYTES;
    if (template == Frame.TEMPLATE_ID) {
      const frame = changetype<Frame>(block);
      const start = block + load<u16>(INBOX_OFFSET);
      assert(start + frame.lengthBytes <= INBOX_OFFSET + lengthBytes, "frame longer than the inbox");
      return this.onFrame(frame, start, frame.lengthBytes);
    }
    if (template == OrderCommand.TEMPLATE_ID) return this.onOrder(changetype<OrderCommand>(block));
    if (template == AccountQuery.TEMPLATE_ID) return this.onQuery(changetype<AccountQuery>(block));
    if (template == InstrumentDefinition.TEMPLATE_ID) this.onInstrument(changetype<InstrumentDefinition>(block));
    else if (template == AssetDefinition.TEMPLATE_ID) this.onAsset(changetype<AssetDefinition>(block));
    return 0;
  }
}

let venue: Venue | null = null;

/** Names the codec of this module. Once, at the top level of its index.ts. */
export function registerVenue<T extends Venue>(instance: T): void {
  venue = instance;
  keepStateful(instance);
}

/** The module's export: one record in, records out. A refusal leaves the outbox empty. */
export function handle(template: u32, lengthBytes: u32): i32 {
  openOutbox();
  const code = venue!.dispatch(template, lengthBytes);
  return code < 0 ? code : outboxUsed();
}
