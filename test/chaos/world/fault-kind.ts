/**
 * What can go wrong in a world. `meanSeconds`: between two of a kind, as drawn for a seed, from the first to the second number. A window lasts
 * as long as is drawn when it begins. What `isSurvived` costs no trading: docs/faults.md says so, and a judge holds the host to it.
 */
export const FAULT_KINDS = {
  cutMarket: { ids: "V20", meanSeconds: [15, 90], effect: "the market connection breaks", isSurvived: true },
  cutOrders: { ids: "V1", meanSeconds: [20, 120], effect: "the order connection breaks", isSurvived: false },
  halfOpenMarket: {
    ids: "V1",
    meanSeconds: [60, 240],
    effect: "the market connection falls silent and stays open",
    isSurvived: true,
  },
  halfOpenOrders: {
    ids: "V1",
    meanSeconds: [90, 300],
    effect: "the order connection falls silent and stays open",
    isSurvived: false,
  },
  dropMarket: { ids: "M1", meanSeconds: [10, 60], effect: "1 to 5 market frames vanish", isSurvived: true },
  doubleMarket: {
    ids: "M1",
    meanSeconds: [5, 40],
    effect: "1 to 20 market frames come twice",
    isSurvived: true,
  },
  doubleOrders: {
    ids: "C5",
    meanSeconds: [3, 20],
    effect: "1 to 20 account events and answers come twice",
    isSurvived: true,
  },
  delayAnswers: {
    ids: "V15",
    meanSeconds: [20, 90],
    effect: "answers come 0.05 to 4 s after their events, for a window",
    isSurvived: true,
  },
  timeOutOrders: {
    ids: "C7",
    meanSeconds: [30, 120],
    effect: "orders are carried out and answered with 504, for a window",
    isSurvived: true,
  },
  failOrders: {
    ids: "C7",
    meanSeconds: [30, 120],
    effect: "orders are carried out and answered with 500, for a window",
    isSurvived: true,
  },
  limitRequests: {
    ids: "V13",
    meanSeconds: [60, 240],
    effect: "429 to whatever is asked, for 5 to 30 s",
    isSurvived: true,
  },
  banAddress: {
    ids: "V13",
    meanSeconds: [120, 400],
    effect: "418 to whatever is asked, for 5 to 30 s",
    isSurvived: false,
  },
  aheadVenue: {
    ids: "V14",
    meanSeconds: [60, 240],
    effect: "the venue's clock jumps, 4 s back to 4 s ahead",
    isSurvived: true,
  },
  loseAnswers: {
    ids: "C7",
    meanSeconds: [30, 120],
    effect: "orders are carried out and never answered, for a window",
    isSurvived: false,
  },
  rejectOrders: {
    ids: "V12",
    meanSeconds: [30, 120],
    effect: "every order is refused, for a window",
    isSurvived: true,
  },
  refuseConnections: {
    ids: "V2",
    meanSeconds: [60, 240],
    effect: "connections break, and none comes about, for a window",
    isSurvived: false,
  },
  shutdown: {
    ids: "V3",
    meanSeconds: [90, 300],
    effect: "the venue announces its end and closes 10 s later",
    isSurvived: false,
  },
  garbleMarket: {
    ids: "V10",
    meanSeconds: [20, 120],
    effect: "half of a market frame arrives",
    isSurvived: true,
  },
  garbleOrders: {
    ids: "V11",
    meanSeconds: [90, 300],
    effect: "half of an account event arrives",
    isSurvived: false,
  },
  swallowOrder: {
    ids: "C1",
    meanSeconds: [40, 180],
    effect: "an order is lost on its way, with its connection",
    isSurvived: false,
  },
  pause: {
    ids: "T1",
    meanSeconds: [30, 150],
    effect: "the host stands still for 0.1 to 20 s",
    isSurvived: false,
  },
  jumpClock: {
    ids: "T1",
    meanSeconds: [60, 240],
    effect: "the host's wall clock jumps, 3 s back to 0.8 s ahead",
    isSurvived: true,
  },
  killProcess: {
    ids: "J1",
    meanSeconds: [90, 300],
    effect: "the host dies; what it wrote stays",
    isSurvived: true,
  },
  cutPower: {
    ids: "J1",
    meanSeconds: [90, 300],
    effect: "the machine dies; unsynced writes are kept, lost, torn or garbled",
    isSurvived: true,
  },
  dieAtWrite: {
    ids: "J1",
    meanSeconds: [60, 240],
    effect: "the host dies before or after one of its next writes to the disk",
    isSurvived: true,
  },
  failSync: {
    ids: "J9",
    meanSeconds: [150, 500],
    effect: "a sync fails, and its data is gone",
    isSurvived: false,
  },
  fillDisk: { ids: "J10", meanSeconds: [200, 600], effect: "one write finds no space", isSurvived: false },
  swapPlugin: {
    ids: "H1",
    meanSeconds: [8, 40],
    effect: "a plugin is shadowed, promoted, rolled back or settled",
    isSurvived: true,
  },
  haltByHand: {
    ids: "O1",
    meanSeconds: [45, 180],
    effect: "the operator halts the account and arms it again",
    isSurvived: true,
  },
  restartByHand: {
    ids: "C12",
    meanSeconds: [120, 400],
    effect: "the operator stops the host in order and starts it",
    isSurvived: true,
  },
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;

export const faultKinds: readonly FaultKind[] = Object.keys(FAULT_KINDS).filter(
  (name): name is FaultKind => name in FAULT_KINDS,
);
