import type { JsonMember, JsonTree } from "./strict-json.ts";

// The typed values of the reference decoder of Binance's frames.

/** Thrown by the reference decoder; its caller sees null. */
export class Refused extends Error {}

const MANTISSA_MAX = 2n ** 53n - 1n;
const longKeys: ReadonlySet<string> = new Set(
  (
    "id data code bids asks error event stream status result orderId serverTime retryAfter lastUpdateId transactTime clientOrderId " +
    "origClientOrderId msg symbol price origQty executedQty cummulativeQuoteQty timeInForce type side time updateTime balances asset " +
    "free locked qty commission commissionAsset isBuyer isMaker cancelResult newOrderResult cancelResponse newOrderResponse"
  ).split(" "),
);

/** Ends the reading of a frame. */
export function refuse(why: string): never {
  throw new Refused(why);
}

/** One object, its members by key. */
export class Fields {
  readonly #members = new Map<string, JsonTree>();

  /** `keys` are the long keys that the protocol's decoder reads. */
  constructor(tree: JsonTree | undefined, keys: ReadonlySet<string> = longKeys) {
    if (tree?.kind !== "object") return refuse("no object");
    for (const member of tree.members) this.#enter(member, keys);
  }

  #enter({ key, isEscaped, value }: JsonMember, keys: ReadonlySet<string>): void {
    if (isEscaped) refuse("escaped key");
    const isRead = keys.has(key) || (key.length === 1 && key.charCodeAt(0) < 128);
    if (isRead && this.#members.has(key)) refuse("duplicate key");
    if (isRead) this.#members.set(key, value);
  }

  get(key: string): JsonTree | undefined {
    return this.#members.get(key);
  }

  has(key: string): boolean {
    return this.#members.has(key);
  }

  text(key: string): string {
    return plainText(this.get(key));
  }

  decimal(key: string, exponent: number): bigint {
    return decimal(this.text(key), exponent);
  }

  integer(key: string): bigint {
    return integer(this.get(key));
  }

  int32(key: string): number {
    const tree = this.get(key);
    if (tree?.kind !== "number" || !/^-?\d+$/.test(tree.digits)) return refuse("no integer");
    const value = BigInt(tree.digits);
    return value > 2_147_483_647n || value < -2_147_483_647n ? refuse("out of range") : Number(value);
  }

  stamp(key: string): bigint {
    const value = this.integer(key);
    const year = (ms: bigint): number => new Date(Number(ms)).getUTCFullYear();
    if (value >= 10n ** 12n && value < 10n ** 13n && year(value) >= 2017 && year(value) < 2100)
      return value * 1_000_000n;
    const ms = value / 1000n;
    return ms >= 10n ** 12n && ms < 10n ** 13n && year(ms) >= 2017 && year(ms) < 2100
      ? value * 1000n
      : refuse("stamp");
  }

  flag(key: string): boolean {
    const tree = this.get(key);
    return tree?.kind === "word" && tree.word !== "null" ? tree.word === "true" : refuse("no boolean");
  }

  oneOf<T>(key: string, values: Readonly<Record<string, T>>): T {
    const text = this.text(key);
    return Object.hasOwn(values, text) ? (values[text] as T) : refuse(`unknown ${key}`);
  }
}

/** A text without a backslash. */
export function plainText(tree: JsonTree | undefined): string {
  return tree?.kind === "text" && !tree.isEscaped ? tree.text : refuse("no plain text");
}

/** A whole number, 0 to 2^63 - 1. */
export function integer(tree: JsonTree | undefined): bigint {
  if (tree?.kind !== "number" || !/^\d+$/.test(tree.digits)) return refuse("no whole number");
  const value = BigInt(tree.digits);
  return value < 2n ** 63n ? value : refuse("out of range");
}

/** The mantissa of a decimal text, exact. */
export function decimal(text: string, exponent: number): bigint {
  const [, whole, fraction = ""] = /^(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text) ?? refuse("no decimal");
  if (/[1-9]/.test(fraction.slice(-exponent))) refuse("too precise");
  const mantissa = BigInt(`${whole}${fraction.slice(0, -exponent).padEnd(-exponent, "0")}`);
  return mantissa <= MANTISSA_MAX ? mantissa : refuse("out of range");
}
