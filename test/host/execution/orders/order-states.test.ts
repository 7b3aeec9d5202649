import assert from "node:assert/strict";
import { test } from "node:test";
import { OrdStatus } from "../../../../abi/host/index.ts";
import {
  IS_OPEN,
  ORDER_STATE_TABLE,
  ORDER_STATES,
  ORDER_TRIGGERS,
  OrderTrigger as T,
} from "../../../../host/execution/orders/index.ts";

const S = OrdStatus;
const REFUSE = "refuse";
const IGNORE = "ignore";
const WORKING = "working";
interface Cell {
  readonly next: string;
  readonly halts: boolean;
}

const nameOf = new Map<number, string>(Object.entries(S).map(([name, value]) => [value, name]));
const cell = (next: string, halts = false): Cell => ({ next, halts });
const to = (status: number): Cell => cell(nameOf.get(status) ?? "");
const halt = (next: string): Cell => cell(next, true);

function decode(status: number, trigger: number): Cell {
  const value = ORDER_STATE_TABLE[status * ORDER_TRIGGERS + trigger] ?? 0;
  const next = value & 15;
  const special = new Map([
    [0, IGNORE],
    [14, WORKING],
    [15, REFUSE],
  ]);
  return cell(special.get(next) ?? nameOf.get(next) ?? "?", (value & 16) !== 0);
}

const isOpen = (status: number): boolean => IS_OPEN[status] === 1;
const isAtVenue = (status: number): boolean =>
  isOpen(status) || status === S.FILLED || status === S.CANCELED || status === S.EXPIRED;

/** The rules in words, written apart from the table: what each event means for each state. */
const RULES: readonly (readonly [string, number, (status: number) => Cell])[] = [
  ["a draft is submitted once", T.SUBMIT, (s) => (s === S.INITIALIZED ? to(S.PENDING_NEW) : cell(REFUSE))],
  ["only a draft is denied", T.DENY, (s) => (s === S.INITIALIZED ? to(S.DENIED) : cell(REFUSE))],
  [
    "a failed send is ours, also when a cancel or a disconnect came between",
    T.SEND_FAILED,
    (s) => (s === S.PENDING_NEW || s === S.PENDING_CANCEL || s === S.UNKNOWN ? to(S.DENIED) : cell(REFUSE)),
  ],
  [
    "an accepting reply moves a pending order only",
    T.REPLY_ACCEPTED,
    (s) => {
      if (s === S.PENDING_NEW) return to(S.ACCEPTED);
      if (s === S.INITIALIZED) return halt(IGNORE);
      return s === S.DENIED ? halt("UNKNOWN") : cell(IGNORE);
    },
  ],
  [
    "a refusing reply ends what is not proven",
    T.REPLY_REJECTED,
    (s) => {
      if (s === S.PENDING_NEW || s === S.PENDING_CANCEL || s === S.UNKNOWN) return to(S.REJECTED);
      // What is replaced was at rest, hence proven, like what is accepted.
      if (isOpen(s)) return halt("UNKNOWN");
      return s === S.DENIED || s === S.REJECTED ? cell(IGNORE) : halt(IGNORE);
    },
  ],
  [
    "an unknown reply makes a pending order unknown",
    T.REPLY_UNKNOWN,
    (s) => {
      if (s === S.PENDING_NEW || s === S.PENDING_CANCEL) return to(S.UNKNOWN);
      return s === S.INITIALIZED ? halt(IGNORE) : cell(IGNORE);
    },
  ],
  [
    "a refusal after proof is a contradiction",
    T.REJECTED_AFTER_PROOF,
    (s) => {
      if (isOpen(s)) return halt("UNKNOWN");
      return s === S.REJECTED ? cell(IGNORE) : halt(IGNORE);
    },
  ],
  [
    "NEW brings a pending order to life and an unknown one back",
    T.REPORT_NEW,
    (s) => {
      if (s === S.PENDING_NEW) return to(S.ACCEPTED);
      if (s === S.UNKNOWN) return cell(WORKING);
      return isAtVenue(s) ? cell(IGNORE) : halt("UNKNOWN");
    },
  ],
  [
    "a part fill",
    T.REPORT_TRADE_PARTIAL,
    (s) => {
      if (s === S.PENDING_NEW || s === S.ACCEPTED || s === S.PARTIALLY_FILLED) return to(S.PARTIALLY_FILLED);
      if (s === S.PENDING_CANCEL || s === S.PENDING_REPLACE || s === S.CANCELED || s === S.EXPIRED)
        return to(s);
      if (s === S.UNKNOWN) return cell(WORKING);
      return s === S.FILLED ? halt(IGNORE) : halt("UNKNOWN");
    },
  ],
  [
    "a full fill",
    T.REPORT_TRADE_FULL,
    (s) => {
      if (s === S.FILLED) return halt(IGNORE);
      return isAtVenue(s) ? to(S.FILLED) : halt("FILLED");
    },
  ],
  ["an over-fill always halts", T.REPORT_TRADE_OVER, () => halt("FILLED")],
  [
    "CANCELED ends an open order",
    T.REPORT_CANCELED,
    (s) => {
      if (isOpen(s)) return to(S.CANCELED);
      return isAtVenue(s) ? cell(IGNORE) : halt(IGNORE);
    },
  ],
  [
    "REJECTED ends an order without a fill",
    T.REPORT_REJECTED,
    (s) => {
      if (s === S.PARTIALLY_FILLED) return halt("UNKNOWN");
      if (isOpen(s)) return to(S.REJECTED);
      return s === S.DENIED || s === S.REJECTED ? cell(IGNORE) : halt(IGNORE);
    },
  ],
  [
    "EXPIRED ends an open order",
    T.REPORT_EXPIRED,
    (s) => {
      if (isOpen(s)) return to(S.EXPIRED);
      return isAtVenue(s) ? cell(IGNORE) : halt(IGNORE);
    },
  ],
  [
    "any open order may be cancelled, again too",
    T.CANCEL_REQUESTED,
    (s) => {
      if (s === S.UNKNOWN) return to(S.UNKNOWN);
      return isOpen(s) ? to(S.PENDING_CANCEL) : cell(REFUSE);
    },
  ],
  ["a cancel that was not sent is undone", T.CANCEL_SEND_FAILED, (s) => cancelReply(s, cell(WORKING))],
  ["an accepted cancel proves nothing yet", T.CANCEL_REPLY_ACCEPTED, (s) => cancelReply(s, cell(IGNORE))],
  ["a refused cancel is undone", T.CANCEL_REPLY_REJECTED, (s) => cancelReply(s, cell(WORKING))],
  [
    "a cancel of unknown outcome makes the order unknown",
    T.CANCEL_REPLY_UNKNOWN,
    (s) => cancelReply(s, to(S.UNKNOWN)),
  ],
  [
    "a disconnect makes every open order unknown",
    T.DISCONNECT,
    (s) => (isOpen(s) && s !== S.UNKNOWN ? to(S.UNKNOWN) : cell(IGNORE)),
  ],
  [
    "only what is unknown can be proven absent",
    T.PROVEN_ABSENT,
    (s) => (s === S.UNKNOWN ? to(S.DENIED) : cell(REFUSE)),
  ],
  [
    "only what is unknown can be proven gone",
    T.PROVEN_GONE,
    (s) => (s === S.UNKNOWN ? to(S.CANCELED) : cell(REFUSE)),
  ],
  [
    "what is proven open works",
    T.PROVEN_OPEN,
    (s) => {
      if (s === S.UNKNOWN) return cell(WORKING);
      if (s === S.PENDING_NEW) return to(S.ACCEPTED);
      return isAtVenue(s) ? cell(IGNORE) : halt("UNKNOWN");
    },
  ],
  [
    "only what rests is replaced",
    T.REPLACE_REQUESTED,
    (s) => (s === S.ACCEPTED || s === S.PARTIALLY_FILLED ? to(S.PENDING_REPLACE) : cell(REFUSE)),
  ],
  [
    "a trade undone or corrected brings an open order to its working state, and one that is over back as a doubt",
    T.REPORT_TRADE_AMENDED,
    (s) => {
      if (isOpen(s)) return cell(WORKING);
      return s === S.INITIALIZED ? halt(IGNORE) : halt("UNKNOWN");
    },
  ],
];

function cancelReply(status: number, whenPending: Cell): Cell {
  if (status === S.INITIALIZED) return cell(REFUSE);
  return status === S.PENDING_CANCEL || status === S.PENDING_REPLACE ? whenPending : cell(IGNORE);
}

test("the rules speak of every event", () => {
  assert.equal(RULES.length, ORDER_TRIGGERS);
  assert.deepEqual(
    RULES.map(([, trigger]) => trigger),
    Object.values(T),
  );
});

for (const [title, trigger, rule] of RULES) {
  test(`order states: ${title}, in each of the ${ORDER_STATES - 1} states`, () => {
    for (let status = 1; status < ORDER_STATES; status += 1) {
      const place = `${nameOf.get(status)} on ${Object.keys(T)[trigger]}`;
      const expected = rule(status);
      // "to itself" and "ignore" are the same thing; both are written in the table where they read better.
      const actual = decode(status, trigger);
      const settle = (decision: Cell): Cell =>
        decision.next === nameOf.get(status) ? cell(IGNORE, decision.halts) : decision;
      assert.deepEqual(settle(actual), settle(expected), place);
    }
  });
}

test("an empty slot refuses every event", () => {
  for (let trigger = 0; trigger < ORDER_TRIGGERS; trigger += 1)
    assert.deepEqual(decode(0, trigger), cell(REFUSE));
});

test("[C7] UNKNOWN counts as open, so that its quantity stays reserved", () => {
  const open = [...nameOf.keys()].filter((status) => isOpen(status)).map((status) => nameOf.get(status));
  assert.deepEqual(open, [
    "PENDING_NEW",
    "ACCEPTED",
    "PARTIALLY_FILLED",
    "PENDING_CANCEL",
    "UNKNOWN",
    "PENDING_REPLACE",
  ]);
});
