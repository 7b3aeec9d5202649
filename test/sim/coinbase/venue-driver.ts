import { CoinbaseVenue } from "../../../sim/coinbase/index.ts";
import type { ClientSession, Endpoint, HttpAnswer, VenueOptions } from "../../../sim/coinbase/index.ts";
import { coinbaseOptions } from "../../../sim/server/index.ts";
import type { CoinbaseMarketOptions } from "../../../sim/server/index.ts";
import type { ClientPort } from "../played-venue.ts";
import { PlayedPort, PlayedVenue } from "../played-venue.ts";
import { MAKER, TEST_KEYS, TRADER, signToken, tokenParts } from "./keys.ts";
import type { Signer } from "./keys.ts";

export type Json = { readonly [name: string]: unknown };

/** 1,000,000 USD, 10 BTC and 100 ETH for each account, and no flow but theirs. */
export const TEST_MARKET: CoinbaseMarketOptions = {
  keys: TEST_KEYS,
  flow: false,
  openingBalances: [TRADER, MAKER].flatMap((account) => [
    { account, asset: "USD", amount: 100_000_000_000_000n },
    { account, asset: "BTC", amount: 1_000_000_000n },
    { account, asset: "ETH", amount: 10_000_000_000n },
  ]),
};

export interface RestCall {
  readonly body?: Json;
  readonly signer?: Signer;
  /** In place of the signer's good one. */
  readonly token?: string;
}

/** A venue behind either wire. */
export interface VenueDriver {
  readonly venue: CoinbaseVenue;
  /** The name that requests are made to. */
  readonly host: string;
  /** Epoch ms at the venue. */
  nowMs(): number;
  connect(endpoint: Endpoint): Promise<ClientPort>;
  /** An answer, or null where the connection broke without one. */
  rest(method: "GET" | "POST", target: string, call?: RestCall): Promise<HttpAnswer | null>;
  close(): Promise<void>;
}

/** The token of a request as its signer makes it. */
export function requestToken(driver: VenueDriver, method: string, target: string, signer: Signer): string {
  const path = target.split("?")[0] ?? "";
  return signToken(signer, tokenParts(signer, driver.nowMs(), `${method} ${driver.host}${path}`));
}

/** Opens a venue inside the process. Its time moves only when a test waits for something. */
export function openInProcess(
  overrides: Partial<VenueOptions & CoinbaseMarketOptions> = {},
): InProcessDriver {
  const options = coinbaseOptions({ ...TEST_MARKET, ...overrides }, null);
  return new InProcessDriver(new CoinbaseVenue(options));
}

/** A connection to it, and where a frame broke off. */
export class InProcessPort extends PlayedPort {
  readonly session: ClientSession;
  /** A frame that broke off, and after how many bytes. */
  torn: { readonly text: string; readonly bytes: number } | null = null;

  constructor(driver: InProcessDriver, endpoint: Endpoint, address?: string) {
    super(driver);
    const outcome = driver.venue.connect(
      endpoint,
      {
        frame: (payload, dueNs) => this.frames.push({ text: payload.toString(), dueNs }),
        ping: () => {},
        close: (code) => {
          this.closeCode = code;
        },
        tear: (text, bytes) => {
          this.torn = { text, bytes };
          this.closeCode = 1006;
        },
      },
      driver.nowNs,
      address,
    );
    if (!outcome.ok) throw new Error(`connection refused with ${outcome.status}`);
    this.session = outcome.session;
    this.attach((text) => driver.venue.receive(outcome.session, text, driver.nowNs));
  }

  /** All frames that have come, read. */
  drain(): Json[] {
    return this.frames.splice(0).map(({ text }) => JSON.parse(text) as Json);
  }
}

export class InProcessDriver extends PlayedVenue<CoinbaseVenue> implements VenueDriver {
  readonly host = "api.coinbase.com";

  async connect(endpoint: Endpoint): Promise<InProcessPort> {
    await Promise.resolve();
    return this.open(endpoint);
  }

  open(endpoint: Endpoint, address?: string): InProcessPort {
    return new InProcessPort(this, endpoint, address);
  }

  async rest(method: "GET" | "POST", target: string, call: RestCall = {}): Promise<HttpAnswer | null> {
    await Promise.resolve();
    return this.ask(method, target, call);
  }

  ask(method: "GET" | "POST", target: string, { body, signer, token }: RestCall = {}): HttpAnswer | null {
    const [path = "", query = ""] = target.split("?");
    const own = signer === undefined ? undefined : requestToken(this, method, target, signer);
    const authorization = (token ?? own) === undefined ? undefined : `Bearer ${token ?? own}`;
    const answers: (HttpAnswer | null)[] = [];
    this.venue.rest(
      {
        ...{ method, path, query, address: "127.0.0.1" },
        headers: { host: this.host, authorization },
        body: body === undefined ? "" : JSON.stringify(body),
      },
      this.nowNs,
      (answer, dueNs) => {
        this.nowNs = Math.max(this.nowNs, dueNs);
        answers.push(answer);
      },
    );
    this.playUntil(() => answers.length > 0);
    const [answer] = answers;
    if (answer === undefined) throw new Error(`no answer to ${method} ${target}`);
    return answer;
  }
}
