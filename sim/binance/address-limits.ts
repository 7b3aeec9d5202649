import { FixedWindow } from "./fixed-window.ts";
import { addressBanned, tooMuchWeight } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";

/** Limits that the venue keeps for each IP address. */
export interface AddressLimitOptions {
  /** Request weight in one calendar minute. */
  readonly weightMax: number;
  /** Connection attempts in five calendar minutes. */
  readonly connectsMax: number;
  /** Requests after a 429, in the same minute, or cut connections, until the address is banned. */
  readonly offencesMax: number;
}

export const ADDRESS_LIMITS: AddressLimitOptions = { weightMax: 6_000, connectsMax: 300, offencesMax: 10 };

const MINUTE_MS = 60_000;
const CONNECT_WINDOW_MS = 300_000;
/** Bans last from two minutes to three days and double for each further one. */
const BAN_MIN_MS = 120_000;
const BAN_MAX_MS = 259_200_000;

/** Weight, connection attempts and bans of one address. A 429 that is not obeyed becomes a 418. */
export class AddressLimits {
  readonly #weight: FixedWindow;
  readonly #connects: FixedWindow;
  readonly #offences: FixedWindow;
  #bannedUntilMs = 0;
  #limitedUntilMs = 0;
  #bans = 0;

  constructor(options: AddressLimitOptions) {
    this.#weight = new FixedWindow(MINUTE_MS, options.weightMax);
    this.#connects = new FixedWindow(CONNECT_WINDOW_MS, options.connectsMax);
    this.#offences = new FixedWindow(MINUTE_MS, options.offencesMax);
  }

  get weightMax(): number {
    return this.#weight.limit;
  }

  /** Weight used in the minute that holds `nowMs`. */
  weightUsed(nowMs: number): number {
    return this.#weight.count(nowMs);
  }

  /** Charges a request. Null: go on. Otherwise 429 until the minute ends, or 418 until the ban ends. */
  charge(nowMs: number, weight: number): Refusal | null {
    if (this.banned(nowMs)) return addressBanned(this.#bannedUntilMs);
    const isLimited = nowMs < this.#limitedUntilMs;
    if (this.#weight.add(nowMs, weight) && !isLimited) return null;
    this.offend(nowMs);
    if (this.banned(nowMs)) return addressBanned(this.#bannedUntilMs);
    return tooMuchWeight(this.#weight.limit, isLimited ? this.#limitedUntilMs : this.#weight.endMs(nowMs));
  }

  /** Fault: the address is out of weight until that time: 429 for all it asks. */
  limitUntil(untilMs: number): void {
    this.#limitedUntilMs = untilMs;
  }

  /** Fault: the address is banned until that time. */
  banUntil(untilMs: number): void {
    this.#bannedUntilMs = untilMs;
  }

  /** Whether the address is banned now. */
  banned(nowMs: number): boolean {
    return nowMs < this.#bannedUntilMs;
  }

  /** Counts a connection attempt; false means one too many in five minutes. */
  connect(nowMs: number): boolean {
    return this.#connects.add(nowMs, 1);
  }

  /** Counts an offence: a request in spite of 429, or a connection cut for too many messages. */
  offend(nowMs: number): void {
    if (this.#offences.add(nowMs, 1)) return;
    const lengthMs = Math.min(BAN_MAX_MS, BAN_MIN_MS * 2 ** this.#bans);
    this.#bans += 1;
    this.#bannedUntilMs = nowMs + lengthMs;
  }
}
