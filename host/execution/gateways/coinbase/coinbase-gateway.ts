import type { Gateway, GatewayInstrument, GatewayListener } from "../gateway.ts";
import { Channel, channelOf, lineOf } from "../line.ts";
import type { SessionPorts } from "../reconnecting-session.ts";
import { ChannelLine } from "./channel-line.ts";
import type { GatewayCall } from "./order-call.ts";
import { CANCEL_PATH, ORDERS_PATH, readCall } from "./order-call.ts";
import { OrderDesk } from "./order-desk.ts";
import type { Question } from "./query-desk.ts";
import { QueryDesk, questionPaths } from "./query-desk.ts";
import { QuestionDesk } from "./question-desk.ts";
import { RestDesk, uriOf } from "./rest-desk.ts";
import type { MessageKind } from "./subscription.ts";
import { subscription } from "./subscription.ts";
import type { TokenSigner } from "./token-signer.ts";
import { SESSION_URI } from "../request-signer.ts";
import { TokenStore } from "./token-store.ts";

/** Where the venue is. */
export interface CoinbaseAddresses {
  /** `wss://advanced-trade-ws.coinbase.com` in production. */
  readonly marketUrl: string;
  /** `wss://advanced-trade-ws-user.coinbase.com` in production. */
  readonly userUrl: string;
  /** `https://api.coinbase.com` in production. */
  readonly restUrl: string;
}

export interface CoinbaseGatewayOptions {
  readonly addresses: CoinbaseAddresses;
  readonly venueIndex: number;
  /** The products, and their numbers in the lane. */
  readonly instruments: readonly GatewayInstrument[];
  readonly signer: TokenSigner;
}

/**
 * Coinbase Advanced Trade: one connection for market data, one for the account's events, orders and questions over REST.
 *
 * A book's snapshot comes on the market line, after the subscription: there is no other.
 * Fills come by REST alone: each message of the user channel leads to a question about them.
 */
export class CoinbaseGateway implements Gateway {
  private readonly listener: GatewayListener;
  private readonly tokens: TokenStore;
  private readonly market: ChannelLine;
  private readonly user: ChannelLine;
  private readonly orders: OrderDesk;
  private readonly queries: QueryDesk;
  private readonly questions: QuestionDesk;

  constructor(options: CoinbaseGatewayOptions, ports: SessionPorts, listener: GatewayListener) {
    const symbols = options.instruments.map(({ symbol }) => symbol);
    checkSymbols(symbols);
    this.listener = listener;
    const notice = (level: "info" | "warn" | "error", text: string): void => {
      listener.onNotice(level, text);
    };
    const answer = (bytes: Uint8Array): void => {
      listener.onFrame(lineOf(options.venueIndex, Channel.ORDER_REST), 0, bytes, bytes.length);
    };
    const { restUrl } = options.addresses;
    this.tokens = new TokenStore(options.signer, urisOf(restUrl), ports, notice);
    const desk = new RestDesk(restUrl, this.tokens, ports);
    this.orders = new OrderDesk(desk, ports, answer, notice);
    this.queries = new QueryDesk(desk, ports, answer, notice, symbols);
    this.questions = new QuestionDesk(desk, ports, answer);
    this.market = this.makeMarketLine(options, symbols, ports);
    this.user = this.makeUserLine(options, symbols, ports);
  }

  start(): void {
    this.tokens.start();
    this.market.start();
    this.user.start();
  }

  /** New orders leave only while the user channel tells what becomes of them; cancels and questions always. */
  sendOrder(bytes: Uint8Array, offsetBytes: number, lengthBytes: number): boolean {
    const call = readCall(bytes, offsetBytes, lengthBytes);
    if (call !== null) return this.send(call);
    this.listener.onNotice("error", "coinbase: what was to be sent is no request of its codec");
    return false;
  }

  private send(call: GatewayCall): boolean {
    if (call.kind === "question") return this.questions.ask(call);
    if (call.kind === "order") return (call.isCancel || this.user.isUp) && this.orders.send(call);
    return this.user.isUp && this.orders.replace(call, (requestId) => this.listener.onSecondHalf(requestId));
  }

  requestSnapshot(): void {
    /* Books come on the market line by themselves, and again when it is subscribed anew. */
  }

  /** The books of the market line, or what the user channel told, are not whole any more. Answers over REST have no line to renew. */
  resubscribe(channel: Channel): void {
    if (channel === Channel.MARKET) this.market.drop("a gap");
    if (channel === Channel.ORDERS) this.user.drop("a gap");
  }

  /** Asks about the account, once more if an answer is under way: the answers come as frames on Channel.ORDER_REST. */
  ask(question: Question): void {
    this.queries.ask(question);
  }

  onSessionReply(): void {
    /* The session has no requests: subscriptions are answered by messages. */
  }

  onServerShutdown(): void {
    this.reconnect("the venue announced a shutdown");
  }

  reconnect(reason: string): void {
    this.market.drop(reason);
    this.user.drop(reason);
  }

  stop(): void {
    this.orders.stop();
    this.questions.stop();
    this.tokens.stop();
    this.market.stop();
    this.user.stop();
    this.queries.stop();
  }

  private makeMarketLine(
    { addresses, venueIndex }: CoinbaseGatewayOptions,
    symbols: readonly string[],
    ports: SessionPorts,
  ): ChannelLine {
    const messages = (["level2", "market_trades", "heartbeats"] as const).map((channel) =>
      subscription("subscribe", channel, symbols),
    );
    return new ChannelLine(
      {
        name: "market data",
        url: addresses.marketUrl,
        subscriptions: () => messages,
        isProof: () => true,
      },
      ports,
      this.lineListener(lineOf(venueIndex, Channel.MARKET), "market data"),
    );
  }

  private makeUserLine(
    { addresses, venueIndex }: CoinbaseGatewayOptions,
    symbols: readonly string[],
    ports: SessionPorts,
  ): ChannelLine {
    const subscriptions = (): readonly Buffer[] | null => {
      const token = this.tokens.get(SESSION_URI);
      if (token === null) return null;
      return [
        subscription("subscribe", "user", symbols, token),
        subscription("subscribe", "heartbeats", symbols, token),
      ];
    };
    const isProof = (kind: MessageKind): boolean => kind === "user" || kind === "subscriptions";
    return new ChannelLine(
      { name: "user channel", url: addresses.userUrl, subscriptions, isProof },
      ports,
      this.lineListener(lineOf(venueIndex, Channel.ORDERS), "user channel"),
    );
  }

  private lineListener(line: number, name: string): ConstructorParameters<typeof ChannelLine>[2] {
    const isOrders = channelOf(line) === Channel.ORDERS;
    return {
      onMessage: (kind, bytes, lengthBytes) => {
        this.listener.onFrame(line, 0, bytes, lengthBytes);
        if (kind === "user") this.queries.ask("fills");
      },
      onUp: () => {
        this.listener.onLine(line, true);
        // What was filled while the line was down is told by nothing else.
        if (isOrders) this.queries.ask("fills");
      },
      onDown: (reason) => {
        this.listener.onNotice("warn", `coinbase: ${name} lost: ${reason}`);
        this.listener.onLine(line, false);
      },
      onNotice: (level, text) => {
        this.listener.onNotice(level, text);
      },
    };
  }
}

/** Every kind of request that this gateway makes, and the subscriptions. */
function urisOf(restUrl: string): readonly string[] {
  return [
    SESSION_URI,
    uriOf(restUrl, "POST", ORDERS_PATH),
    uriOf(restUrl, "POST", CANCEL_PATH),
    ...Object.values(questionPaths).map((path) => uriOf(restUrl, "GET", path)),
  ];
}

/** The venue sends market data of a product in USDC under the name of the one in USD: the codec would not know them. */
function checkSymbols(symbols: readonly string[]): void {
  const usdc = symbols.find((symbol) => symbol.endsWith("-USDC"));
  if (usdc !== undefined)
    throw new Error(
      `coinbase: market data of ${usdc} come as ${usdc.slice(0, -1)}; configure ${usdc.slice(0, -1)} instead`,
    );
}
