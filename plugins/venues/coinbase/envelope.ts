import { LineSequence, emit } from "abi/assembly";
import { integerOf, textOf } from "../text/fields";
import { WordTable } from "../text/word-table";
import { timeOf } from "./iso-time";
import { Key } from "./keys";

/** What a message is, by its `channel`. */
export namespace Channel {
  export const OTHER: u32 = 0;
  export const LEVEL2: u32 = 1;
  export const TRADES: u32 = 2;
  export const USER: u32 = 3;
  export const HEARTBEATS: u32 = 4;
  export const SUBSCRIPTIONS: u32 = 5;
}

const channels = new WordTable();
channels.add("l2_data", Channel.LEVEL2);
channels.add("market_trades", Channel.TRADES);
channels.add("user", Channel.USER);
channels.add("heartbeats", Channel.HEARTBEATS);
channels.add("subscriptions", Channel.SUBSCRIPTIONS);

/** The envelope of every message: `{"channel":…,"timestamp":…,"sequence_num":…,"events":[…]}`. */
export class Envelope {
  static channel: u32 = 0;
  static sentNs: i64 = 0;
  static sequence: u64 = 0;

  /** Takes it from the members that were read last. */
  static read(): void {
    const channel = textOf(Key.CHANNEL);
    Envelope.channel = channel == 0 ? Channel.OTHER : channels.at(channel, Channel.OTHER);
    Envelope.sentNs = timeOf(Key.TIMESTAMP);
    Envelope.sequence = integerOf(Key.SEQUENCE_NUM);
  }

  /** Says the message's number: before all else that the message gives. */
  static announce(): void {
    const record = emit<LineSequence>(LineSequence.TEMPLATE_ID);
    record.sequence = Envelope.sequence;
    record.tsEvent = Envelope.sentNs;
  }
}
