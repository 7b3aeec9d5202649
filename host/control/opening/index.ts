export { applyOpening } from "./apply-opening.ts";
export { FoldedPositions } from "./folded-positions.ts";
export { JournalFold, namedFill } from "./journal-fold.ts";
export { joined } from "./joined-position.ts";
export type {
  Holder,
  Opening,
  OpeningFee,
  OpeningInstrument,
  OpeningOrder,
  OpeningPosition,
} from "./opening.ts";
export { EMPTY_OPENING, OpeningError, readOpening, writeOpening } from "./opening.ts";
export { readJournalOpening } from "./read-journal-opening.ts";
export { SessionNames } from "./session-names.ts";
