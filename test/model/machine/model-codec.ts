import { buildTestPlugin } from "../../support/puppet-plugins.ts";

/** A codec of a venue that takes client order ids everywhere. */
export const MODEL_CODEC = "model-codec";
/** A codec of a venue whose cancels name orders by its own ids: it writes none for an order that was never named. */
export const NAMING_CODEC = "model-naming-codec";

/** Bytes before the block of an encoded record: its template, and four of nothing. */
export const REQUEST_HEADER_BYTES = 8;

/** A frame is the records to emit; a request's bytes are the record that was to be encoded, behind its template. */
const source = (cancelsByVenueId: boolean): string => `
import * as kit from "abi/assembly";
import { AccountQuery, Frame, OrderCommand, OutboundFrame, Venue, registerVenue, reserve } from "abi/assembly";

const UNNAMED: i32 = -7;
const CANCEL: u8 = 2;

class ModelCodec extends Venue {
  onFrame(frame: Frame, start: usize, lengthBytes: u32): i32 {
    if (lengthBytes >= 8) memory.copy(reserve(lengthBytes - 8, 0, 0) - 8, start, lengthBytes);
    return 0;
  }

  onOrder(command: OrderCommand): i32 {
    if (${String(cancelsByVenueId)} && command.action == CANCEL && command.venueOrderId == 0) return UNNAMED;
    return this.encode(OrderCommand.TEMPLATE_ID, changetype<usize>(command), command.requestId);
  }

  onQuery(query: AccountQuery): i32 {
    return this.encode(AccountQuery.TEMPLATE_ID, changetype<usize>(query), query.requestId);
  }

  private encode(template: u32, block: usize, requestId: u32): i32 {
    const length: u32 = load<u16>(block - kit.HEADER_BYTES);
    const room = reserve(16 + length, OutboundFrame.TEMPLATE_ID, 8);
    store<u32>(room, 8 + length);
    store<u32>(room, requestId, 4);
    store<u32>(room, template, 8);
    store<u32>(room, 0, 12);
    memory.copy(room + 16, block, length);
    return 0;
  }
}

registerVenue(new ModelCodec());
`;

const manifest = {
  kind: "venue",
  version: "1.0.0",
  abi: 1,
  description: "hands records through as they are",
  reads: ["Frame", "OrderCommand", "AccountQuery", "InstrumentDefinition", "AssetDefinition"],
  writes: ["Quote", "Trade", "BookDelta", "ExecutionReport", "RequestReply", "Balance", "OutboundFrame"],
  limits: {
    gasBase: 200_000,
    gasPerByte: 64,
    initGas: 1_000_000,
    callDepth: 32,
    pages: 40,
    outputs: 4,
  },
};

/** Both codecs by name, built by the project's own plugin build. */
export async function modelCodecs(): Promise<Map<string, Uint8Array>> {
  const codecs = new Map<string, Uint8Array>();
  for (const [name, cancelsByVenueId] of [
    [MODEL_CODEC, false],
    [NAMING_CODEC, true],
  ] as const)
    codecs.set(name, await buildTestPlugin(name, { ...manifest, name }, source(cancelsByVenueId)));
  return codecs;
}
