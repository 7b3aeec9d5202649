import type { CancelTimer, RestAnswer } from "../../../platform/index.ts";
import type { SessionPorts } from "../reconnecting-session.ts";
import type { QuestionCall } from "./order-call.ts";
import { answerBytes } from "./order-call.ts";
import { cursorIn, withCursor } from "./page-cursor.ts";
import { Purpose } from "./rate-budget.ts";
import type { RestDesk } from "./rest-desk.ts";

const ANSWER_MAX_NS = 10e9;
const OK = 200;
const TIMED_OUT = 504;

/** What the venue has beyond a page, as the codec reads it (plugins/venues/coinbase/asked.ts). */
const Rest = { NONE: 0, LEFT: 1, FOLLOWS: 2 } as const;

/**
 * Asks what the lane wants to know, page by page, and gives each page behind its line. Whatever fails ends the answer with its status:
 * whoever has asked may ask again, this does not.
 *
 * | page            | next page wanted | line says      | then                |
 * |-----------------|------------------|----------------|---------------------|
 * | 200, the last   | -                | 200 … NONE     | over                |
 * | 200, not the last | no: enough     | 200 … LEFT     | over                |
 * | 200, not the last | yes            | 200 … FOLLOWS  | the next page       |
 * | another status  | -                | that           | over                |
 * | none in 10 s, a broken connection, no token or rate for it | - | 504 | over |
 */
export class QuestionDesk {
  private readonly desk: RestDesk;
  private readonly ports: SessionPorts;
  private readonly onAnswer: (bytes: Uint8Array) => void;
  private isStopped = false;

  constructor(desk: RestDesk, ports: SessionPorts, onAnswer: (bytes: Uint8Array) => void) {
    this.desk = desk;
    this.ports = ports;
    this.onAnswer = onAnswer;
  }

  /** False: nothing has left. */
  ask(call: QuestionCall): boolean {
    return !this.isStopped && this.askPage(call, "", 1);
  }

  stop(): void {
    this.isStopped = true;
  }

  private askPage(call: QuestionCall, cursor: string, page: number): boolean {
    const once = new Once(this.ports, () => {
      this.end(call, TIMED_OUT, 0, new Uint8Array(0));
    });
    const request = {
      ...{ method: "GET" as const, path: call.path, body: null },
      query: `?${withCursor(call.query, cursor)}`,
    };
    const hasLeft = this.desk.send(request, Purpose.QUERY, {
      onAnswer: (answer) => {
        if (once.take()) this.answered(call, answer, page);
      },
      onError: () => {
        if (once.take()) this.end(call, TIMED_OUT, 0, new Uint8Array(0));
      },
    });
    if (!hasLeft) once.take();
    return hasLeft;
  }

  private answered(call: QuestionCall, { status, retryAfterMs, bytes }: RestAnswer, page: number): void {
    if (status !== OK) {
      const retryAtMs = retryAfterMs > 0 ? this.ports.clock.wallMs() + retryAfterMs : 0;
      this.end(call, status, retryAtMs, bytes);
      return;
    }
    const cursor = cursorIn(bytes);
    const isFollowed = cursor !== "" && page < call.pagesMax;
    const rest = cursor === "" ? Rest.NONE : isFollowed ? Rest.FOLLOWS : Rest.LEFT;
    if (this.isStopped) return;
    this.onAnswer(answerBytes(OK, call.requestId, 0, bytes, ` ${rest} ${call.about}`));
    if (isFollowed && !this.askPage(call, cursor, page + 1)) this.end(call, TIMED_OUT, 0, new Uint8Array(0));
  }

  private end(call: QuestionCall, status: number, retryAtMs: number, body: Uint8Array): void {
    if (this.isStopped) return;
    this.onAnswer(answerBytes(status, call.requestId, retryAtMs, body, ` ${Rest.NONE} ${call.about}`));
  }
}

/** The first of answer, error and deadline; the others come too late. */
class Once {
  private isOver = false;
  private readonly cancelTimer: CancelTimer;

  constructor(ports: SessionPorts, onDeadline: () => void) {
    this.cancelTimer = ports.timers.after(ANSWER_MAX_NS, () => {
      if (this.take()) onDeadline();
    });
  }

  take(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    this.cancelTimer();
    return true;
  }
}
