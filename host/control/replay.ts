import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { layoutMismatches } from "../../abi/host/index.ts";
import type { JournalIdentity, RecordCursor } from "../journal/index.ts";
import { inspectJournal, readJournal, RecordType } from "../journal/index.ts";
import type { BuiltLane } from "../lane/index.ts";
import { buildLane, EffectKind, stateDigest } from "../lane/index.ts";
import { voidPort } from "../engine/index.ts";
import type { Disk } from "../platform/disk/index.ts";
import { JournalledModules } from "./journalled-modules.ts";
import { applyOpening, readOpening } from "./opening/index.ts";
import { OutcomeQueue } from "./outcome-queue.ts";
import { stepRecord } from "./replay-step.ts";
import { readConfigurationRecord } from "./session-records.ts";

/** What a replay of one session came to. */
export interface SessionReplay {
  readonly epoch: number;
  readonly inputs: number;
  readonly intents: number;
  readonly orderHash: string;
  readonly stateHash: string;
  /** As written at the session's end; null when the session was not closed. */
  readonly journalledStateHash: string | null;
  /**
   * Where the journal refused a record, with its JournalCode; null where it took everything. The replay ends there: what followed is in the journal for the
   * next start, and no more what a journal that takes everything comes to.
   */
  readonly ended: { readonly sequence: number; readonly code: number } | null;
  /** The first record whose replay differs, or null: then every order's bytes were made again. */
  readonly divergence: { readonly sequence: number; readonly reason: string } | null;
}

/** Replays every session of a journal, or the one of an epoch. Throws JournalError where the journal is damaged, Error where it was made with other records. */
export function replayJournal(
  disk: Disk,
  directory: string,
  identity: JournalIdentity,
  onlyEpoch = 0,
): SessionReplay[] {
  const recovery = inspectJournal(disk, directory, identity);
  if (!recovery.isUsable) throw new Error(recovery.message);
  const reader = readJournal(disk, directory, recovery);
  const sessions: SessionReplay[] = [];
  let session: ReplayedSession | null = null;
  try {
    while (reader.next()) {
      const { record } = reader;
      if (onlyEpoch !== 0 && record.epoch !== onlyEpoch) continue;
      if (session === null || record.epoch !== session.epoch) {
        if (session !== null) sessions.push(session.finish());
        session = new ReplayedSession(record.epoch);
      }
      session.take(record);
    }
  } finally {
    reader.close();
  }
  if (session !== null) sessions.push(session.finish());
  return sessions;
}

/** One session: its first records build a lane, its inputs step it, its intents are compared with what the lane makes of them. */
class ReplayedSession {
  readonly epoch: number;
  private readonly modules = new JournalledModules();
  private readonly orderDigest: Hash = createHash("sha256");
  private readonly outcomes = new OutcomeQueue();
  private built: BuiltLane | null = null;
  private inputs = 0;
  private intents = 0;
  /** Effects of the last input that no INTENT record has matched yet. */
  private nextEffect = 0;
  private journalledStateHash: string | null = null;
  private divergence: { sequence: number; reason: string } | null = null;
  private ended: SessionReplay["ended"] = null;

  constructor(epoch: number) {
    this.epoch = epoch;
  }

  take(record: RecordCursor): void {
    if (this.ended !== null) return;
    const payload = record.bytes.subarray(record.payloadOffset, record.payloadOffset + record.payloadBytes);
    if (record.type === RecordType.PLUGIN) this.modules.take(payload);
    else if (record.type === RecordType.CONFIGURATION) this.takeConfiguration(payload);
    else if (record.type === RecordType.OPENING) this.takeOpening(payload, record.timeNs);
    else if (record.type === RecordType.INTENT) this.takeIntent(record.sequence, payload);
    else if (OutcomeQueue.holds(record.type)) this.takeOutcome(record);
    else if (record.type === RecordType.REFUSED)
      this.ended = { sequence: record.sequence, code: payload.readInt32LE(0) };
    else if (record.type === RecordType.CLOSE)
      this.journalledStateHash = payload.length === 0 ? null : payload.toString("hex");
    else if (record.type <= RecordType.INPUT_PLUGIN) this.takeInput(record);
  }

  finish(): SessionReplay {
    const { built } = this;
    // A process that died may have made orders whose intents never reached the journal: they never left either.
    if (this.journalledStateHash !== null) this.expectNoEffects(-1);
    const stateHash = built === null ? "" : Buffer.from(stateDigest(built)).toString("hex");
    if (
      this.divergence === null &&
      this.journalledStateHash !== null &&
      this.journalledStateHash !== stateHash
    ) {
      this.divergence = {
        sequence: -1,
        reason: `the state at the end is ${stateHash}, the journal says ${this.journalledStateHash}`,
      };
    }
    const { epoch, inputs, intents, journalledStateHash, ended, divergence } = this;
    return {
      epoch,
      inputs,
      intents,
      orderHash: this.orderDigest.digest("hex"),
      stateHash,
      journalledStateHash,
      ended,
      divergence,
    };
  }

  private takeConfiguration(payload: Buffer): void {
    const { lane, records } = readConfigurationRecord(payload);
    const mismatches = layoutMismatches(records);
    if (mismatches.length > 0) {
      throw new Error(
        `the journal was made with other records: ${mismatches.map(({ record, reason }) => `${record} (${reason})`).join("; ")}; replay it with the host that made it`,
      );
    }
    this.built = buildLane(lane, this.modules.byName, this.outcomes, { openPort: () => voidPort });
  }

  /** The lane begins with what earlier sessions left, as it did then. */
  private takeOpening(payload: Buffer, timeNs: number): void {
    if (this.built === null) return;
    this.built.lane.nowNs[0] = timeNs;
    applyOpening(this.built, readOpening(payload));
  }

  private takeInput(record: RecordCursor): void {
    const { built } = this;
    if (built === null)
      throw new Error(
        `record ${record.sequence} is an input and no configuration came before it; the journal's beginning is missing`,
      );
    this.expectNoEffects(record.sequence);
    this.inputs += 1;
    stepRecord(built, record, this.modules);
    this.nextEffect = 0;
    this.hashOrders(built);
  }

  private hashOrders(built: BuiltLane): void {
    const { effects } = built.lane;
    for (let index = 0; index < effects.count; index++) {
      if (effects.kind(index) !== EffectKind.SEND_ORDER) continue;
      this.orderDigest.update(
        effects.egress.subarray(effects.offset(index), effects.offset(index) + effects.length(index)),
      );
    }
  }

  /** An INTENT record must hold the bytes of the next order that the step made. */
  private takeIntent(sequence: number, payload: Buffer): void {
    this.intents += 1;
    const effect = this.findOrder();
    if (effect < 0) return this.diverge(sequence, "the journal has an order that the replay did not make");
    const { effects } = (this.built as BuiltLane).lane;
    const made = effects.egress.subarray(
      effects.offset(effect),
      effects.offset(effect) + effects.length(effect),
    );
    if (!payload.equals(made))
      this.diverge(
        sequence,
        `the journal's order is ${payload.toString("latin1")}, the replay's ${made.toString("latin1")}`,
      );
    this.nextEffect = effect + 1;
  }

  /** An outcome must be the next one that the step came to, byte for byte. */
  private takeOutcome({ sequence, type, bytes, payloadOffset, payloadBytes }: RecordCursor): void {
    const made = this.outcomes.next();
    if (made?.type === type && made.bytes.equals(bytes.subarray(payloadOffset, payloadOffset + payloadBytes)))
      return;
    this.diverge(
      sequence,
      made === undefined
        ? "the journal has an outcome that the replay did not come to"
        : "the replay came to another outcome than the journal's",
    );
  }

  private expectNoEffects(sequence: number): void {
    if (this.outcomes.next() !== undefined)
      this.diverge(sequence, "the replay came to an outcome that the journal does not have");
    if (this.findOrder() >= 0)
      this.diverge(sequence, "the replay made an order that the journal does not have");
  }

  /** Index of the next order among the effects of the last input, or -1. */
  private findOrder(): number {
    const effects = this.built?.lane.effects;
    if (effects === undefined) return -1;
    for (let index = this.nextEffect; index < effects.count; index++)
      if (effects.kind(index) === EffectKind.SEND_ORDER) return index;
    return -1;
  }

  private diverge(sequence: number, reason: string): void {
    this.divergence ??= { sequence, reason };
  }
}
