import type { VenueClock } from "./clock.ts";
import type { VenueFaults } from "./faults.ts";
import { readText } from "./parameters.ts";
import type { Parameters } from "./parameters.ts";
import {
  API_KEY_FORMAT,
  API_KEY_REJECTED,
  INVALID_SIGNATURE,
  RECV_WINDOW_TOO_LARGE,
  TIMESTAMP_EARLY,
  TIMESTAMP_LATE,
  mandatoryParameter,
} from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import { isApiKey, registerKey } from "./signature.ts";
import type { ApiKey, ApiKeySpec } from "./signature.ts";

const RECV_WINDOW_DEFAULT_MS = 5_000;
const RECV_WINDOW_MAX_MS = 60_000;
const EARLY_MAX_US = 1_000_000;
/** Epoch milliseconds have 13 digits until the year 2286, microseconds 16: nothing lies between. */
const MICROS_FROM = 100_000_000_000_000;
const TIMESTAMP = /^[0-9]{10,16}$/;
const RECV_WINDOW = /^[0-9]{1,6}(?:\.[0-9]{1,3})?$/;

/** Knows the keys, and checks who signed a request and when. */
export class Authenticator {
  readonly #keys = new Map<string, ApiKey>();
  readonly #clock: VenueClock;

  readonly #faults: VenueFaults;

  constructor(specs: readonly ApiKeySpec[], clock: VenueClock, faults: VenueFaults) {
    this.#clock = clock;
    this.#faults = faults;
    for (const spec of specs) this.#keys.set(spec.apiKey, registerKey(spec));
  }

  /** Whether the key is (still) known. */
  knows(key: ApiKey): boolean {
    return !this.#faults.refuseKeys && this.#keys.get(key.apiKey) === key;
  }

  /** Revokes a key: from now on it is as good as unknown. */
  revoke(apiKey: string): void {
    this.#keys.delete(apiKey);
  }

  /** Checks key, time and signature of a request that carries its own signature. */
  authenticate(
    apiKey: string | null,
    parameters: Parameters,
    payload: string,
    nowNs: number,
  ): ApiKey | Refusal {
    if (apiKey === null || !isApiKey(apiKey)) return API_KEY_FORMAT;
    const signature = readText(parameters, "signature");
    if (signature === null) return mandatoryParameter("signature");
    const untimely = this.checkTime(parameters, nowNs);
    if (untimely !== null) return untimely;
    const key = this.#keys.get(apiKey);
    if (key === undefined || this.#faults.refuseKeys) return API_KEY_REJECTED;
    return key.verify(payload, signature) ? key : INVALID_SIGNATURE;
  }

  /** `timestamp` is mandatory; it may lie less than a second ahead and at most `recvWindow` behind. */
  checkTime(parameters: Parameters, nowNs: number): Refusal | null {
    const text = readText(parameters, "timestamp");
    if (text === null || !TIMESTAMP.test(text)) return mandatoryParameter("timestamp");
    const windowText = readText(parameters, "recvWindow");
    if (windowText !== null && !RECV_WINDOW.test(windowText)) return mandatoryParameter("recvWindow");
    const windowMs = windowText === null ? RECV_WINDOW_DEFAULT_MS : Number(windowText);
    if (windowMs > RECV_WINDOW_MAX_MS) return RECV_WINDOW_TOO_LARGE;
    const stamp = Number(text);
    const stampUs = stamp >= MICROS_FROM ? stamp : stamp * 1_000;
    // A stamp in milliseconds is compared in milliseconds, or each one would be up to 999 us old from birth.
    const nowUs = stamp >= MICROS_FROM ? this.#clock.us(nowNs) : this.#clock.ms(nowNs) * 1_000;
    if (stampUs >= nowUs + EARLY_MAX_US) return TIMESTAMP_EARLY;
    return nowUs - stampUs <= windowMs * 1_000 ? null : TIMESTAMP_LATE;
  }
}
