import { SessionState } from "abi/assembly";
import { required, textOf } from "../text/fields";
import { firstElement, listOf, nextElement, readObject } from "../text/json-array";
import { openObject } from "../text/json-object";
import { placeOf } from "../text/members";
import { Refusal } from "../text/refusal";
import { refusal, refuse } from "../text/refused";
import { emitStatus } from "../text/session-status";
import { Text, wasEscaped } from "../text/text-scan";
import { Channel, Envelope } from "./envelope";
import { Key } from "./keys";
import { readLevel2 } from "./level2";
import { Match } from "./literals";
import { readTrades } from "./market-trades";
import { readUserOrders } from "./user-orders";
import { UNLISTED_ERROR, errorCodeAt } from "./venue-error";

// Whole messages by the rules of JSON: any order of keys, white space, keys that are not known. On the market line what is unknown is
// passed over and counted; on the order line it may be news of an order, and is refused [V11].

/** Reads a message of the market line. */
export function decodeMarketLine(start: usize, end: usize): void {
  const events = openMessage(start, end);
  if (refusal() != 0 || events == 0) return;
  const channel = Envelope.channel;
  if (channel == Channel.LEVEL2 || channel == Channel.TRADES) readEvents(events, end, channel);
  else readControl(channel, false);
}

/** Reads a message of the order line. */
export function decodeOrderLine(start: usize, end: usize): void {
  const events = openMessage(start, end);
  if (refusal() != 0 || events == 0) return;
  const channel = Envelope.channel;
  if (channel == Channel.USER) readEvents(events, end, channel);
  else readControl(channel, true);
}

/** The place of the list of events; 0 after an error message, which has none, or after noting a refusal. */
function openMessage(start: usize, end: usize): usize {
  if (!openObject(start, end)) return 0;
  if (placeOf(Key.CHANNEL) != 0) {
    Envelope.read();
    Envelope.announce();
    return listOf(Key.EVENTS);
  }
  const type: usize = placeOf(Key.TYPE) == 0 ? 0 : textOf(Key.TYPE);
  if (type == 0 || !Match.error(type)) return refuse(Refusal.UNKNOWN_MESSAGE);
  const message = required(Key.MESSAGE);
  if (message != 0 && load<u8>(message) != 0x22) refuse(Refusal.WRONG_TYPE);
  if (refusal() != 0) return 0;
  Text.skip(message);
  // Words of the venue's that quote something are none of the list, and no reason to refuse what they say.
  emitStatus(SessionState.REQUEST_FAILED, 0, wasEscaped() ? UNLISTED_ERROR : errorCodeAt(message + 1));
  return 0;
}

function readControl(channel: u32, isOrderLine: bool): void {
  if (channel == Channel.SUBSCRIPTIONS) emitStatus(SessionState.SUBSCRIBED, 0, 0);
  else if (channel == Channel.HEARTBEATS) return;
  else if (isOrderLine) refuse(Refusal.UNKNOWN_MESSAGE);
  else emitStatus(SessionState.IGNORED, 0, 0);
}

function readEvents(events: usize, end: usize, channel: u32): void {
  for (let p = firstElement(events, end); p != 0 && refusal() == 0; p = nextElement(p, end)) {
    if (!readObject(p, end)) return;
    if (channel == Channel.LEVEL2) readLevel2(end, Envelope.sequence, Envelope.sentNs);
    else if (channel == Channel.TRADES) readTrades(end);
    else readUserOrders(end, Envelope.sentNs);
  }
}
