import type { SeededBug } from "./seeded-bug.ts";

const ORDER_STAGE = "host/lane/order-stage.hot.ts";
const FILL_STAGE = "host/lane/fill-stage.hot.ts";
const UPDATE_ID_FEED = "host/data/feeds/update-id-feed.hot.ts";
const LANE = "host/lane/lane.hot.ts";
const OPEN_ORDERS = "host/execution/orders/open-orders.hot.ts";

/** True each `every`-th time it is asked. */
const each = (every: number): string =>
  `(globalThis.seededCalls = (globalThis.seededCalls ?? 0) + 1) % ${every} === 0`;

/** Mistakes that trading hosts are known for. The judges named are those whose business it is. */
export const SEEDED_BUGS: readonly SeededBug[] = [
  {
    id: "sync-dropped",
    what: "the journal says that it has synced, and has not",
    judges: ["intents"],
    edits: [
      {
        file: "host/journal/local-journal.hot.ts",
        find: "const code = isBehind ? segments.syncFrom(this.syncedSegmentIndex) : segments.sync();",
        replace: "const code = isBehind ? segments.syncFrom(this.syncedSegmentIndex) : 0;",
      },
    ],
    faults: {},
  },
  {
    id: "sent-before-journal",
    what: "orders leave, and the journal is committed later",
    judges: ["intents"],
    edits: [
      {
        file: LANE,
        find: "if (journal.commit() === 0) {",
        replace: "if (journal.refusal === 0) {",
      },
    ],
    faults: {},
  },
  {
    id: "epoch-forgotten",
    what: "every start numbers its orders from the same epoch",
    judges: ["ids", "halts"],
    edits: [
      { file: "host/main.ts", find: "epoch: journal.epoch, startWallMs", replace: "epoch: 1, startWallMs" },
    ],
    faults: { killProcess: 30 },
  },
  {
    id: "gap-missed",
    what: "a gap in the update ids of a book is not seen",
    judges: ["books"],
    edits: [
      {
        file: UPDATE_ID_FEED,
        find: "if (view.updateIds[FIRST_UPDATE_ID]! > id + 1) return this.startOverFrom(i32, blockByte);",
        replace: "",
      },
    ],
    faults: { dropMarket: 5 },
  },
  {
    id: "gap-always",
    what: "the next update id counts as a gap: >= for >",
    judges: ["books"],
    edits: [
      {
        file: UPDATE_ID_FEED,
        find: "if (view.updateIds[FIRST_UPDATE_ID]! > id + 1) return this.startOverFrom(i32, blockByte);",
        replace: "if (view.updateIds[FIRST_UPDATE_ID]! >= id + 1) return this.startOverFrom(i32, blockByte);",
      },
    ],
    faults: {},
  },
  {
    id: "old-deltas-replayed",
    what: "deltas that a snapshot already holds are applied over it",
    judges: ["books"],
    edits: [
      {
        file: UPDATE_ID_FEED,
        find: "if (view.updateIds[LAST_UPDATE_ID]! <= this.updateId[0]!) {",
        replace: "if (view.updateIds[LAST_UPDATE_ID]! <= 0) {",
      },
    ],
    faults: { cutMarket: 5, dropMarket: 4 },
  },
  {
    id: "fill-twice",
    what: "a fill moves the position twice",
    judges: ["ledgers", "halts"],
    edits: [
      {
        file: FILL_STAGE,
        find: "const isOverflow = positions.applyFill(fill, agent, instrument, side) !== 0;",
        replace:
          "positions.applyFill(fill, agent, instrument, side);\n    const isOverflow = positions.applyFill(fill, agent, instrument, side) !== 0;",
      },
    ],
    faults: {},
  },
  {
    id: "fee-forgotten",
    what: "fees are not taken off the balances",
    judges: ["ledgers", "halts"],
    edits: [
      {
        file: "host/execution/positions/balance-book.hot.ts",
        find: "let fault = this.#applyFee(fill, agent, firstRow, commissionAssetId);",
        replace: "let fault = 0;",
      },
    ],
    faults: {},
  },
  {
    id: "late-fill-wrong-side",
    what: "a fill that crosses a cancel is booked on the other side",
    judges: ["ledgers", "limits"],
    edits: [
      {
        file: FILL_STAGE,
        find: "const side = columns.side[slot]!;\n    failpoint",
        replace:
          "const side = columns.cancelRequestId[slot]! !== 0 ? 3 - columns.side[slot]! : columns.side[slot]!;\n    failpoint",
      },
    ],
    faults: { haltByHand: 8 },
  },
  {
    id: "fill-at-wrong-venue",
    what: "fills of every venue are booked at the first",
    judges: ["ledgers", "limits"],
    edits: [
      {
        file: FILL_STAGE,
        find: "const instrument = columns.instrument[slot]!;\n    const side = columns.side[slot]!;\n    failpoint",
        replace: "const instrument = 0;\n    const side = columns.side[slot]!;\n    failpoint",
      },
    ],
    faults: {},
    venues: ["binance", "binance"],
  },
  {
    id: "report-ignored",
    what: "one report in thirteen is not read",
    judges: ["ledgers", "modes"],
    edits: [
      {
        file: ORDER_STAGE,
        find: "let outcome = orders.applyReport(i32, 0);",
        replace: `if (${each(13)}) return;\n    let outcome = orders.applyReport(i32, 0);`,
      },
    ],
    faults: {},
  },
  {
    id: "trade-id-off-by-one",
    what: "an execution is remembered under the next id, so that a repeated one is not known again",
    judges: ["halts", "ledgers"],
    edits: [
      {
        file: "host/execution/orders/order-reports.hot.ts",
        find: "tradeIds.add(slot, report.tradeIdLow, report.tradeIdHigh);",
        replace: "tradeIds.add(slot, report.tradeIdLow + 1, report.tradeIdHigh);",
      },
    ],
    faults: { doubleOrders: 3 },
  },
  {
    id: "position-uncounted",
    what: "the limits of account and agent look at the new order alone, not at what is held and open",
    judges: ["limits"],
    edits: [
      {
        file: "host/execution/risk/exposure-limits.hot.ts",
        find: "if (worst > this.#limits.positionMax[instrument]!)",
        replace: "if (quantity + 0 * worst > this.#limits.positionMax[instrument]!)",
      },
      {
        file: "host/execution/allocation/allocator.hot.ts",
        find: "if (worst > this.#shares.positionMax[row]!) {",
        replace: "if (quantity > this.#shares.positionMax[row]!) {",
      },
    ],
    faults: {},
  },
  {
    id: "sent-again",
    what: "one order in forty is sent again at once, as after a time-out",
    judges: ["ids"],
    edits: [
      {
        file: "host/control/trading-session.ts",
        find: "this.orderDigest.update(effects.egress.subarray(offset, offset + length));",
        replace: `this.orderDigest.update(effects.egress.subarray(offset, offset + length));
    if (${each(40)}) this.gateways[effects.venue(index)]?.sendOrder(effects.egress, offset, length);`,
      },
    ],
    faults: {},
  },
  {
    id: "absence-guessed",
    what: "the first answer that there is no such order counts as a proof",
    judges: ["limits", "ledgers", "modes", "halts"],
    edits: [
      {
        file: "host/execution/reconcile/absence-proof.hot.ts",
        find: "const isLate = times[1]! - times[0]! >= PROOF_WINDOW_NS;",
        replace: "const isLate = true;\n    if (isLate) return true;",
      },
    ],
    faults: { cutOrders: 6, halfOpenOrders: 25, killProcess: 20 },
  },
  {
    id: "missed-fills-unread",
    what: "the venue is asked for its trades, and the answer is not read",
    judges: ["ledgers", "modes"],
    edits: [
      {
        file: "host/execution/reconcile/reconciler.hot.ts",
        find: "if (rounds.phase[venue] === RoundPhase.TRADES) this.answers.onTrade(venue, words);",
        replace: "if (rounds.phase[venue] === RoundPhase.TRADES) return true;",
      },
    ],
    faults: { cutOrders: 6, killProcess: 15 },
  },
  {
    id: "position-not-carried",
    what: "a start begins with positions of zero, whatever earlier ones left",
    judges: ["ledgers"],
    edits: [
      {
        file: "host/control/opening/apply-opening.ts",
        find: "if (instrument >= 0) seedPosition(built, position, instrument, built.positions);",
        replace: "if (instrument >= 0) continue;",
      },
    ],
    faults: { killProcess: 15 },
  },
  {
    id: "line-loss-unnoticed",
    what: "the books stay valid when the market line is lost",
    judges: ["fresh prices", "books"],
    edits: [
      {
        file: LANE,
        find: "if (channel === Channel.MARKET && !isUp) market.onDisconnect(venue);",
        replace: "",
      },
    ],
    faults: { cutMarket: 4 },
  },
  {
    id: "order-line-loss-trusted",
    what: "trading goes on after the order line was lost, though fills may have been missed",
    judges: ["modes", "ledgers"],
    edits: [
      {
        file: ORDER_STAGE,
        find: "this.parts.modes.restrictInstrument(columns.instrument[slot]!, TradingMode.CANCEL_ONLY);\n      this.tellState",
        replace: "this.tellState",
      },
    ],
    faults: { cutOrders: 6, halfOpenOrders: 20 },
  },
  {
    id: "restriction-forgotten",
    what: "the gate looks at the account's mode alone, not at the instrument's",
    judges: ["modes"],
    edits: [
      {
        file: "host/execution/risk/trading-modes.hot.ts",
        find: "const stricter = ofInstrument > account ? ofInstrument : account;",
        replace: "const stricter = account + 0 * ofInstrument;",
      },
    ],
    faults: { cutOrders: 8 },
  },
  {
    id: "refusal-guessed",
    what: "a 5xx counts as a refusal",
    judges: ["halts", "ledgers"],
    edits: [
      {
        file: "host/execution/orders/order-transitions.hot.ts",
        find: "const isRefused = status >= 400 && status < 500;",
        replace: "const isRefused = status >= 400;",
      },
    ],
    faults: { timeOutOrders: 8 },
  },
  {
    id: "timer-not-journalled",
    what: "the second's timer reaches the lane and not the journal",
    judges: ["replay"],
    edits: [
      {
        file: "host/lane/lane-journal.hot.ts",
        find: "if (this.type === NOTHING_PENDING || this.isEnded) return;",
        replace: "if (this.type === NOTHING_PENDING || this.isEnded || this.type === 2) return;",
      },
    ],
    faults: {},
  },
  {
    id: "silence-unnoticed",
    what: "a line that is open and silent is never given up",
    judges: ["books"],
    edits: [
      {
        file: "host/execution/gateways/reconnecting-session.ts",
        find: "if (silenceNs > SILENCE_MAX_NS) {",
        replace: "if (silenceNs < 0) {",
      },
    ],
    faults: { halfOpenMarket: 15 },
  },
  {
    id: "rate-unlimited",
    what: "nobody counts the orders of the last seconds",
    judges: ["limits"],
    edits: [
      {
        file: "host/execution/risk/risk-gate.hot.ts",
        find: "if (hasOrder === 0) return DenialCode.ORDER_RATE;",
        replace: "",
      },
    ],
    faults: {},
    agents: "ladder",
  },
  {
    id: "reserve-of-the-last",
    what: "of several open orders on a side the last alone is reserved",
    judges: ["reserves", "limits"],
    edits: [
      {
        file: OPEN_ORDERS,
        find: "this.buyQty[instrument] = this.buyQty[instrument]! + change;",
        replace: "this.buyQty[instrument] = exposure;",
      },
    ],
    faults: {},
    agents: "ladder",
  },
  {
    id: "reserve-kept",
    what: "what a canceled order had reserved stays so",
    judges: ["reserves", "halts"],
    edits: [
      {
        file: OPEN_ORDERS,
        find: "const exposure = target > cumQty ? target - cumQty : 0;",
        replace:
          "const exposure = isOpen === 1 ? (target > cumQty ? target - cumQty : 0) : columns.exposureQty[slot]!;",
      },
    ],
    faults: {},
    agents: "ladder",
  },
  {
    id: "number-missed",
    what: "a number that is missing on a line is not seen",
    judges: ["books"],
    edits: [
      {
        file: "host/lane/venue-lines.hot.ts",
        find: "const isNext = isNumber && (next === ANY || sequence === next);",
        replace: "const isNext = isNumber && (next === ANY || sequence >= 0);",
      },
    ],
    faults: { dropMarket: 5 },
    venues: ["coinbase"],
  },
  {
    id: "lost-events-trusted",
    what: "a number that is missing among the account's messages is not taken for a lost fill",
    judges: ["gaps"],
    edits: [
      {
        file: "host/lane/frame-intake.hot.ts",
        find: "else orders.onUnreadable(venueOf(line));",
        replace: "else return;",
      },
    ],
    faults: { loseEvents: 10 },
    venues: ["coinbase"],
  },
  {
    id: "trade-undone-unread",
    what: "of the trades that a venue lists those that undo or correct one are passed over",
    judges: ["ledgers", "halts"],
    edits: [
      {
        file: "host/execution/orders/order-reports.hot.ts",
        find: "if (report.isAmendment) return this.#applyAmendment(slot);",
        replace: "if (report.isAmendment) return Outcome.DUPLICATE;",
      },
    ],
    faults: { bust: 10, correct: 15 },
    venues: ["coinbase"],
  },
  {
    id: "undone-fee-kept",
    what: "the fee of a trade that was undone stays charged",
    judges: ["ledgers", "reserves", "halts"],
    edits: [
      {
        file: "host/execution/positions/balance-book.hot.ts",
        find: "back[FillCell.COMMISSION] = -fill[FillCell.COMMISSION]!;",
        replace: "back[FillCell.COMMISSION] = 0;",
      },
    ],
    faults: { bust: 8 },
    venues: ["coinbase"],
  },
  {
    id: "part-of-image-left-out",
    what: "of a whole book that comes in parts the last is not booked",
    judges: ["books"],
    edits: [
      {
        file: "host/data/feeds/sequenced-feed.hot.ts",
        find: "const reason = snapshot === BookImage.LAST ? this.applyGroups(i32) : this.addGroups(i32);",
        replace:
          "this.updateId[0] = this.view.updateIds[LAST_UPDATE_ID]!;\n    this.book.finishDelta();\n    const reason = snapshot === BookImage.LAST ? InvalidReason.NONE : this.addGroups(i32);",
      },
    ],
    faults: { cutMarket: 8 },
    venues: ["coinbase"],
  },
  {
    id: "dollars-as-tethers",
    what: "fees at every venue are booked as the first venue's",
    judges: ["ledgers", "reserves"],
    edits: [
      {
        file: "host/execution/positions/balance-book.hot.ts",
        find: "const row = firstRow + asset;",
        replace: "const row = 0 * firstRow + asset;",
      },
    ],
    faults: {},
    venues: ["binance", "coinbase"],
  },
];
