/**
 * What can go wrong in a world. `meanSeconds`: between two of a kind, as drawn for a seed, from the first to the second number. A window lasts
 * as long as is drawn when it begins. What `isSurvived` costs no trading: docs/faults.md says so, and a judge holds the host to it. Some kinds are survived at
 * one kind of venue alone.
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
  dropOrders: {
    ids: "V4",
    meanSeconds: [120, 400],
    effect: "1 to 5 numbered account events vanish",
    isSurvived: false,
  },
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
    // Where messages are numbered, one that comes again is as good as a gap: the line is made anew.
    isSurvived: ["binance"],
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
  beatlessMarket: {
    ids: "V1",
    meanSeconds: [90, 300],
    effect: "no heartbeats on the market connection any more",
    isSurvived: true,
  },
  beatlessOrders: {
    ids: "V1",
    meanSeconds: [120, 400],
    effect: "no heartbeats on the order connection any more",
    isSurvived: false,
  },
  swapMarket: {
    ids: "M6",
    meanSeconds: [30, 120],
    effect: "of 1 to 5 pairs of market frames the second comes first",
    isSurvived: true,
  },
  swapOrders: {
    ids: "V15",
    meanSeconds: [120, 400],
    effect: "of 1 to 5 pairs of account events the second comes first",
    isSurvived: false,
  },
  delayFrames: {
    ids: "M6",
    meanSeconds: [60, 240],
    effect: "frames of a connection come 0.05 to 2 s later until it ends",
    isSurvived: true,
  },
  tearMarket: {
    ids: "V20",
    meanSeconds: [60, 240],
    effect: "the market connection breaks within a frame",
    isSurvived: true,
  },
  tearOrders: {
    ids: "V20",
    meanSeconds: [120, 400],
    effect: "the order connection breaks within a frame",
    isSurvived: false,
  },
  crossSnapshot: {
    ids: "M3",
    meanSeconds: [60, 240],
    effect: "the market connection breaks, and the next book bids for more than it offers at",
    isSurvived: true,
  },
  unknownMarket: {
    ids: "V11",
    meanSeconds: [60, 240],
    effect: "a message of an unknown channel on the market connection",
    isSurvived: true,
  },
  unknownOrders: {
    ids: "V11",
    meanSeconds: [120, 400],
    effect: "a message of an unknown channel on the order connection",
    isSurvived: false,
  },
  strangeOrder: {
    ids: "V12",
    meanSeconds: [60, 240],
    effect: "the account is told of a filled order that nobody sent",
    isSurvived: false,
  },
  cutAnswer: {
    ids: "V20",
    meanSeconds: [40, 180],
    effect: "an answer breaks off after 1 to 200 bytes",
    isSurvived: true,
  },
  delayCancels: {
    ids: "C10",
    meanSeconds: [40, 180],
    effect: "cancels take effect 0.2 to 4 s after they were accepted, for a window",
    isSurvived: true,
  },
  refuseCancels: {
    ids: "C9",
    meanSeconds: [60, 240],
    effect: "of each batch of cancels every second one is refused, for a window",
    isSurvived: true,
  },
  lagQueries: {
    ids: "C8",
    meanSeconds: [40, 180],
    effect: "queries show what was 0.5 to 5 s ago, for a window",
    // At Coinbase fills come by queries alone: one that two looks miss is FILLS_MISSING, and holds the instrument.
    isSurvived: ["binance"],
  },
  refuseKeys: {
    ids: "V19",
    meanSeconds: [300, 900],
    effect: "the order connection breaks, and every logon is refused, for a window",
    isSurvived: false,
  },
  garbageMarket: {
    ids: "V10",
    meanSeconds: [60, 240],
    effect: "a market frame that is no JSON",
    isSurvived: true,
  },
  garbageOrders: {
    ids: "V11",
    meanSeconds: [150, 500],
    effect: "an account event that is no JSON",
    isSurvived: false,
  },
  bust: {
    ids: "V16",
    meanSeconds: [60, 240],
    effect: "one of the newest trades is undone",
    isSurvived: true,
  },
  correct: {
    ids: "V16",
    meanSeconds: [60, 240],
    effect: "one of the newest trades gets another size and price",
    isSurvived: true,
  },
  loseEvents: {
    ids: "V4",
    meanSeconds: [60, 240],
    effect: "1 or 2 messages about orders vanish, and nothing else",
    isSurvived: false,
  },
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;

export const faultKinds: readonly FaultKind[] = Object.keys(FAULT_KINDS).filter(
  (name): name is FaultKind => name in FAULT_KINDS,
);

/** The kinds that a table of strikes has. */
export function kindsIn(strikes: Readonly<Partial<Record<FaultKind, unknown>>>): ReadonlySet<FaultKind> {
  return new Set(faultKinds.filter((kind) => strikes[kind] !== undefined));
}

/** Whether a kind costs no trading at any of these kinds of venues. */
export function isSurvivedAt(kind: FaultKind, venues: readonly string[]): boolean {
  const { isSurvived }: { readonly isSurvived: boolean | readonly string[] } = FAULT_KINDS[kind];
  return typeof isSurvived === "boolean" ? isSurvived : venues.every((venue) => isSurvived.includes(venue));
}
