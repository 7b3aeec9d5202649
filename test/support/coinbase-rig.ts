import type { GatewayListener } from "../../host/execution/gateways/index.ts";
import { CoinbaseGateway } from "../../host/execution/gateways/index.ts";
import { message } from "./coinbase-samples.ts";
import type { ScriptedConnection } from "./scripted-wire.ts";
import { ScriptedWire } from "./scripted-wire.ts";

export const marketUrl = "wss://market";
export const userUrl = "wss://user";
const NS_PER_SECOND = 1e9;

/** A Coinbase gateway on a wire that a test moves, with a signer that it can make fail, and what it told. */
export class CoinbaseRig {
  readonly wire: ScriptedWire = new ScriptedWire();
  readonly frames: (readonly [channel: number, text: string])[] = [];
  readonly lines: (readonly [channel: number, isUp: boolean])[] = [];
  readonly notices: string[] = [];
  /** What tokens were asked for. */
  readonly uris: string[] = [];
  /** Why the signer signs nothing; empty: it does. */
  signerFault = "";
  /** Whether the new order of a replace may leave, and the requests for which that was asked. */
  isAdmitting = true;
  readonly secondHalves: number[] = [];
  readonly gateway: CoinbaseGateway;
  private tokens = 0;

  constructor(symbols: readonly string[] = ["BTC-USD", "ETH-USD"]) {
    const instruments = symbols.map((symbol, instrumentIndex) => ({ instrumentIndex, symbol }));
    const addresses = { marketUrl, userUrl, restUrl: "https://api.coinbase.com" };
    const signer = {
      token: (uri: string, onToken: (token: string) => void, onError: (reason: string) => void): void => {
        this.uris.push(uri);
        this.tokens += 1;
        if (this.signerFault === "") onToken(`token ${this.tokens} for ${uri}`);
        else onError(this.signerFault);
      },
    };
    const listener: GatewayListener = {
      onFrame: (channel, _instrument, bytes, length) =>
        this.frames.push([channel, Buffer.from(bytes).toString("utf8", 0, length)]),
      onLine: (channel, isUp) => this.lines.push([channel, isUp]),
      onSecondHalf: (requestId) => {
        this.secondHalves.push(requestId);
        return this.isAdmitting;
      },
      onNotice: (level, text) => this.notices.push(`${level} ${text}`),
    };
    this.gateway = new CoinbaseGateway(
      { venueIndex: 0, instruments, addresses, signer },
      this.wire.ports,
      listener,
    );
  }

  /** Started, both lines up, and what that led to forgotten. */
  static open(): CoinbaseRig {
    const rig = new CoinbaseRig();
    rig.gateway.start();
    rig.openMarket();
    rig.openUser();
    while (rig.wire.calls.length > 0) {
      for (const { answer } of rig.wire.calls.splice(0)) answer(200, '{"fills":[],"cursor":""}');
      rig.pass(1);
    }
    rig.frames.length = 0;
    rig.lines.length = 0;
    return rig;
  }

  get market(): ScriptedConnection {
    return this.wire.to(marketUrl);
  }

  get user(): ScriptedConnection {
    return this.wire.to(userUrl);
  }

  openMarket(): void {
    this.market.listener.onOpen();
    this.market.message(message("market_trades", []));
  }

  openUser(): void {
    this.user.listener.onOpen();
    this.user.message(message("user", [{ type: "snapshot", orders: [] }]));
  }

  /** Lets whole seconds pass in which both lines beat. */
  pass(seconds: number): void {
    for (let second = 0; second < seconds; second += 1) {
      for (const line of [this.market, this.user])
        if (!line.isClosing) line.message(message("heartbeats", []));
      this.wire.pass(NS_PER_SECOND);
    }
  }

  sendOrder(text: string): boolean {
    const bytes = Buffer.from(`..${text}..`);
    return this.gateway.sendOrder(bytes, 2, bytes.length - 4);
  }

  /** Subscriptions that a connection was sent. */
  static subscriptionsOf(connection: ScriptedConnection): readonly unknown[] {
    return connection.sent.map((text) => JSON.parse(text) as unknown);
  }
}

export const orderText = 'POST /api/v3/brokerage/orders 1007\n\n{"client_order_id":"x"}';
export const cancelText = 'POST /api/v3/brokerage/orders/batch_cancel 1008\n\n{"order_ids":["y"]}';
