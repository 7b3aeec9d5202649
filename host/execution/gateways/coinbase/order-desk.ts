import type { SessionPorts } from "../reconnecting-session.ts";
import type { OrderCall, ReplaceCall } from "./order-call.ts";
import { answerBytes } from "./order-call.ts";
import { Purpose } from "./rate-budget.ts";
import type { RestDesk } from "./rest-desk.ts";

/** The venue answers within this time or not at all. */
const ANSWER_MAX_NS = 10e9;
/** No answer: the outcome is unknown [C7]. */
const TIMED_OUT = 504;
const OK = 200;
/** The new order of a replace that was not sent: its cancel was not taken. */
const FAILED_DEPENDENCY = 424;
const NOTHING = new Uint8Array(0);

/** What has become of a request: once. */
type OnOutcome = (status: number, body: Uint8Array) => void;

/** Sends order requests and gives their answers, each behind its line. */
export class OrderDesk {
  private readonly desk: RestDesk;
  private readonly ports: SessionPorts;
  private readonly onAnswer: (bytes: Uint8Array) => void;
  private readonly onNotice: (level: "warn", text: string) => void;
  private isStopped = false;

  constructor(
    desk: RestDesk,
    ports: SessionPorts,
    onAnswer: (bytes: Uint8Array) => void,
    onNotice: (level: "warn", text: string) => void,
  ) {
    this.desk = desk;
    this.ports = ports;
    this.onAnswer = onAnswer;
    this.onNotice = onNotice;
  }

  /** False: nothing has left. */
  send({ method, path, requestId, body, isCancel }: OrderCall, onOutcome: OnOutcome = () => {}): boolean {
    if (this.isStopped) return false;
    let isOver = false;
    const timeOut = (reason: string): void => {
      if (isOver || this.isStopped) return;
      isOver = true;
      cancelDeadline();
      this.onNotice("warn", `coinbase: no answer to request ${requestId}: ${reason}; its outcome is unknown`);
      this.onAnswer(answerBytes(TIMED_OUT, requestId, 0, NOTHING));
      onOutcome(TIMED_OUT, NOTHING);
    };
    const cancelDeadline = this.ports.timers.after(ANSWER_MAX_NS, () => {
      timeOut(`none for ${ANSWER_MAX_NS / 1e9} s`);
    });
    const hasLeft = this.desk.send(
      { method, path, query: "", body },
      isCancel ? Purpose.CANCEL : Purpose.ORDER,
      {
        // An answer that comes after all is given too: it changes no state, but it may teach the codec the order's name.
        onAnswer: ({ status, retryAfterMs, bytes }) => {
          const isFirst = !isOver;
          isOver = true;
          cancelDeadline();
          if (this.isStopped) return;
          const retryAtMs = retryAfterMs > 0 ? this.ports.clock.wallMs() + retryAfterMs : 0;
          this.onAnswer(answerBytes(status, requestId, retryAtMs, bytes));
          if (isFirst) onOutcome(status, bytes);
        },
        onError: timeOut,
      },
    );
    if (!hasLeft) cancelDeadline();
    return hasLeft;
  }

  /**
   * Cancels, and places the new order when the cancel was taken and `mayPlace` then says so of its request [C9]. False: nothing has left. The cancel is
   * taken before it takes effect: what is filled in between, is filled, and the host counts it beside the new order.
   */
  replace({ cancel, place }: ReplaceCall, mayPlace: (requestId: number) => boolean): boolean {
    return this.send(cancel, (status, body) => {
      const isTaken = status === OK && /"success"\s*:\s*true/.test(Buffer.from(body).toString("latin1"));
      // What may not be placed is over: there is nobody to answer to.
      if (isTaken && (!mayPlace(place.requestId) || this.send(place))) return;
      this.onAnswer(answerBytes(FAILED_DEPENDENCY, place.requestId, 0, NOTHING));
    });
  }

  stop(): void {
    this.isStopped = true;
  }
}
