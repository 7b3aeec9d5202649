import { createHmac, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { BinanceVenue } from "../../../sim/binance/index.ts";
import type { ApiKeySpec, RestResponse, VenueOptions } from "../../../sim/binance/index.ts";
import { binanceOptions } from "../../../sim/server/index.ts";
import type { BinanceMarketOptions } from "../../../sim/server/index.ts";
import type { ClientPort } from "../played-venue.ts";
import { PlayedPort, PlayedVenue } from "../played-venue.ts";

/** Session time 0 of the tests: 2024-08-08 23:54:15 UTC. */
export const SESSION_START_MS = 1_723_161_255_000;

/** Keys of the venue's own documentation: an Ed25519 key for account 1, an HMAC key for account 2. */
export const TRADER_KEY: string = "sBRXrJx2DsOraMXOaUovEhgVRcjOvCtQwnWj8VxkOh1xqboS02SPGfKi2h8spZJb";
const TRADER_PRIVATE_KEY = createPrivateKey({
  key: Buffer.from("MC4CAQAwBQYDK2VwBCIEIIJEYWtGBrhACmb9Dvy+qa8WEf0lQOl1s4CLIAB9m89u", "base64"),
  format: "der",
  type: "pkcs8",
});
export const MAKER_KEY: string = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A";
export const MAKER_SECRET: string = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j";

export const TEST_KEYS: readonly ApiKeySpec[] = [
  {
    apiKey: TRADER_KEY,
    account: 1,
    kind: "ED25519",
    publicKeyPem: createPublicKey(TRADER_PRIVATE_KEY).export({ type: "spki", format: "pem" }).toString(),
  },
  { apiKey: MAKER_KEY, account: 2, kind: "HMAC", secret: MAKER_SECRET },
];

/** 100,000 USDT and 10 BTC for each account, and no flow but theirs. */
export const TEST_MARKET: BinanceMarketOptions = {
  sessionStartMs: SESSION_START_MS,
  keys: TEST_KEYS,
  flow: null,
  openingBalances: [1, 2].flatMap((account) => [
    { account, asset: "USDT", amount: 10_000_000_000_000n },
    { account, asset: "BTC", amount: 1_000_000_000n },
  ]),
};

export type Json = { readonly [name: string]: unknown };

/** Parameters with key and signature, as a WebSocket API request carries them. */
export function signSocket(key: "trader" | "maker", parameters: Json): Json {
  const signed: Json = { ...parameters, apiKey: key === "trader" ? TRADER_KEY : MAKER_KEY };
  const payload = Object.keys(signed)
    .sort()
    .map((name) => `${name}=${String(signed[name])}`)
    .join("&");
  return { ...signed, signature: signText(key, payload) };
}

/** A text's signature: base64 Ed25519 for the trader, hex HMAC for the maker. */
export function signText(key: "trader" | "maker", text: string): string {
  if (key === "trader") return sign(null, Buffer.from(text), TRADER_PRIVATE_KEY).toString("base64");
  return createHmac("sha256", MAKER_SECRET).update(text).digest("hex");
}

/** A venue behind either wire. */
export interface VenueDriver {
  readonly venue: BinanceVenue;
  /** Epoch ms at the venue. */
  nowMs(): number;
  connect(path: string): Promise<ClientPort>;
  rest(
    method: string,
    target: string,
    options?: { readonly apiKey?: string; readonly body?: string },
  ): Promise<RestResponse>;
  close(): Promise<void>;
}

/** Opens a venue inside the process. Its time moves only when a test waits for something. */
export function openInProcess(overrides: Partial<VenueOptions & BinanceMarketOptions> = {}): InProcessDriver {
  return new InProcessDriver(new BinanceVenue(binanceOptions({ ...TEST_MARKET, ...overrides }, null)));
}

/** A connection to it, with the venue's pings. */
export class InProcessPort extends PlayedPort {
  readonly pings: string[] = [];
}

export class InProcessDriver extends PlayedVenue<BinanceVenue> implements VenueDriver {
  async connect(path: string): Promise<InProcessPort> {
    await Promise.resolve();
    return this.open(path);
  }

  open(path: string): InProcessPort {
    const port = new InProcessPort(this);
    const outcome = this.venue.connect(
      path,
      {
        frame: (payload, dueNs) =>
          port.frames.push({
            text: typeof payload === "string" ? payload : new TextDecoder().decode(payload),
            dueNs,
          }),
        ping: (payload) => port.pings.push(payload),
        close: (code) => {
          port.closeCode = code;
        },
      },
      this.nowNs,
    );
    if (!outcome.ok) throw new Error(`connection refused with ${outcome.status}`);
    port.attach((text) => this.venue.receive(outcome.session, text, this.nowNs));
    return port;
  }

  async rest(
    method: string,
    target: string,
    options: { readonly apiKey?: string; readonly body?: string } = {},
  ): Promise<RestResponse> {
    await Promise.resolve();
    const mark = target.indexOf("?");
    const path = mark < 0 ? target : target.slice(0, mark);
    const query = mark < 0 ? "" : target.slice(mark + 1);
    const headers = { "x-mbx-apikey": options.apiKey };
    const answers: RestResponse[] = [];
    const request = { method, path, query, headers, body: options.body ?? "", address: "127.0.0.1" };
    this.venue.rest(request, this.nowNs, (response) => {
      answers.push(response);
    });
    this.playUntil(() => answers.length > 0);
    const [answer] = answers;
    if (answer === undefined) throw new Error(`no answer to ${method} ${target}`);
    return answer;
  }
}
