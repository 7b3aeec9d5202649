import type { Connection, ConnectionListener, RestAnswer, RestCall } from "../../../host/platform/index.ts";
import { VenueWire } from "../../../cli/simulation/venue-wire.ts";
import type { BinanceVenue } from "../../../sim/binance/index.ts";
import { isNewOrder, readRequest, readRestOrder, requestIdOf } from "../judges/wire-record.ts";
import type { ChaosWirePlace } from "./chaos-wire.ts";
import { ChaosWire } from "./chaos-wire.ts";

/** To a Binance: orders go over their connection, a book's image comes by REST. */
export class BinanceChaosWire extends ChaosWire {
  private readonly asked = new Set<string>();

  constructor(venue: BinanceVenue, place: ChaosWirePlace) {
    super(new VenueWire(venue, place.clock), place);
  }

  /** The venue numbers them itself. */
  override changesIn(updateId: number): number {
    return updateId;
  }

  override connect(url: string, listener: ConnectionListener): Connection {
    if (url.includes("/stream"))
      return this.inner.connect(
        url,
        this.marketListener(listener, () => false),
      );
    const isHidden = (bytes: Uint8Array, lengthBytes: number): boolean =>
      this.losesAnswers && this.isAnswer(bytes, lengthBytes);
    return this.watched(this.inner.connect(url, this.orderListener(listener, isHidden)));
  }

  override request(
    call: RestCall,
    onAnswer: (answer: RestAnswer) => void,
    onError: (reason: string) => void,
  ): void {
    if (call.method === "POST") this.sent(readRestOrder(call.url, this.here));
    this.inner.request(
      call,
      (answer) => {
        if (answer.status === 200 && call.url.includes("/depth?"))
          this.market.snapshotNs = this.place.clock.nowNs;
        onAnswer(answer);
      },
      onError,
    );
  }

  private isAnswer(bytes: Uint8Array, lengthBytes: number): boolean {
    return this.asked.delete(requestIdOf(Buffer.from(bytes.subarray(0, lengthBytes)).toString("utf8")));
  }

  private watched(connection: Connection): Connection {
    return {
      send: (bytes, offsetBytes, lengthBytes) => {
        const text = Buffer.from(bytes.buffer, bytes.byteOffset + offsetBytes, lengthBytes).toString("utf8");
        const request = readRequest(text, this.here);
        if (!request.method.startsWith("order")) return connection.send(bytes, offsetBytes, lengthBytes);
        this.sent(request);
        this.asked.add(requestIdOf(text));
        if (this.swallowsOrder && isNewOrder(request)) {
          this.swallowsOrder = false;
          connection.close();
          return true;
        }
        return connection.send(bytes, offsetBytes, lengthBytes);
      },
      ping: () => connection.ping(),
      close: () => connection.close(),
    };
  }
}
