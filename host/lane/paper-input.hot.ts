import { FeatureVector, HEADER_BYTES, OrderEvent } from "../../abi/host/index.ts";
import type { PluginSlot, ShadowFilter } from "../engine/index.ts";
import type { InstrumentTable } from "../execution/orders/index.ts";
import { writeMantissa } from "../execution/orders/index.ts";
import type { PaperAccount } from "../execution/paper/index.ts";

/** What a parted candidate is shown: its paper position in place of the live agent's, and nothing of the live agent's orders. */
export class PaperInput implements ShadowFilter {
  private readonly account: PaperAccount;
  private readonly instruments: InstrumentTable;

  constructor(account: PaperAccount, instruments: InstrumentTable) {
    this.account = account;
    this.instruments = instruments;
  }

  admit(beside: PluginSlot, template: number): boolean {
    if (template === OrderEvent.templateId) return false;
    if (template !== FeatureVector.templateId) return true;
    const { i32 } = beside;
    const block = beside.inboxOffset + HEADER_BYTES;
    const instrument = this.instruments.indexOf(i32[(block + FeatureVector.instrumentId) >> 2]!);
    if (instrument >= 0)
      writeMantissa(i32, block + FeatureVector.position, this.account.position, instrument);
    return true;
  }
}
