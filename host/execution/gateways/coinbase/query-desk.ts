import type { CancelTimer, RestAnswer } from "../../../platform/index.ts";
import type { SessionPorts } from "../reconnecting-session.ts";
import { answerBytes } from "./order-call.ts";
import { cursorIn, withCursor } from "./page-cursor.ts";
import { Purpose } from "./rate-budget.ts";
import type { RestDesk } from "./rest-desk.ts";
import { utcText } from "./utc-text.ts";

/** What can be asked of an account. */
export type Question = "fills" | "openOrders" | "accounts";

/** The paths; the limits keep an answer of one page within the codec's inbox: an order has 1.3 KB. */
export const questionPaths: Readonly<Record<Question, string>> = {
  fills: "/api/v3/brokerage/orders/historical/fills",
  openOrders: "/api/v3/brokerage/orders/historical/batch",
  accounts: "/api/v3/brokerage/accounts",
};
const filters: Readonly<Record<Question, string>> = {
  fills: "limit=100",
  openOrders: "order_status=OPEN&limit=100",
  accounts: "limit=100",
};

/** Two fills of one burst are asked for together; and no more than five questions a second of the thirty that are allowed. */
const SPACING_NS = 200e6;
const RETRY_FIRST_NS = 1e9;
const RETRY_LONGEST_NS = 30e9;
/** A page that leads to the next one for ever is not to keep us: 10,000 fills. */
const PAGES_MAX = 100;
/** How far a question about fills reaches back behind the last one: clocks differ, and the venue books fills late. Told twice they count once. */
const OVERLAP_MS = 60_000;
const OK = 200;

interface Progress {
  state: "IDLE" | "ASKING" | "WAITING";
  /** Asked again while an answer was under way. */
  isWantedAgain: boolean;
  retryNs: number;
  cancelTimer: CancelTimer | null;
}

/**
 * Questions about the account, one of each kind at a time. Answers go to the codec behind a line with the request id 0.
 *
 * | state   | ask             | last page | further page | failure               | timer  |
 * |---------|-----------------|-----------|--------------|-----------------------|--------|
 * | IDLE    | ASKING          | -         | -            | -                     | -      |
 * | ASKING  | (wanted again)  | WAITING   | ASKING       | WAITING, wanted again | -      |
 * | WAITING | (wanted again)  | -         | -            | -                     | ASKING if wanted again, else IDLE |
 *
 * It waits 200 ms after an answer, and after failures 1 s to 30 s, doubling.
 */
export class QueryDesk {
  private readonly desk: RestDesk;
  private readonly ports: SessionPorts;
  private readonly onAnswer: (bytes: Uint8Array) => void;
  private readonly onNotice: (level: "warn", text: string) => void;
  /** The products as a filter: what else the account trades is nobody's here, and the codec does not know it. */
  private readonly products: Readonly<Record<Question, string>>;
  private readonly progress: Readonly<Record<Question, Progress>> = {
    fills: newProgress(),
    openOrders: newProgress(),
    accounts: newProgress(),
  };
  /** Fills from here on, milliseconds since 1970: never before this gateway's start, whose fills another session has counted. */
  private readonly startMs: number;
  private fillsFromMs: number;
  private isStopped = false;

  constructor(
    desk: RestDesk,
    ports: SessionPorts,
    onAnswer: (bytes: Uint8Array) => void,
    onNotice: (level: "warn", text: string) => void,
    symbols: readonly string[],
  ) {
    this.desk = desk;
    this.ports = ports;
    this.onAnswer = onAnswer;
    this.onNotice = onNotice;
    const products = symbols.map((symbol) => `&product_ids=${symbol}`).join("");
    this.products = { fills: products, openOrders: products, accounts: "" };
    this.startMs = ports.clock.wallMs();
    this.fillsFromMs = this.startMs;
  }

  /** Asks, or asks once more when the answer that is under way has come. */
  ask(question: Question): void {
    const progress = this.progress[question];
    if (progress.state === "IDLE") this.begin(question);
    else progress.isWantedAgain = true;
  }

  stop(): void {
    this.isStopped = true;
    for (const { cancelTimer } of Object.values(this.progress)) cancelTimer?.();
  }

  private begin(question: Question): void {
    const progress = this.progress[question];
    progress.state = "ASKING";
    progress.isWantedAgain = false;
    this.askPage(question, this.ports.clock.wallMs(), "", 1);
  }

  private askPage(question: Question, askedMs: number, cursor: string, page: number): void {
    const since = question === "fills" ? `&start_sequence_timestamp=${utcText(this.fillsFromMs)}` : "";
    const query = `?${withCursor(`${filters[question]}${this.products[question]}${since}`, cursor)}`;
    const fail = (reason: string): void => {
      this.failed(question, reason);
    };
    const hasLeft = this.desk.send(
      { method: "GET", path: questionPaths[question], query, body: null },
      Purpose.QUERY,
      {
        onAnswer: (answer) => {
          if (answer.status !== OK) fail(`status ${answer.status}`);
          else this.answered(question, askedMs, answer, page);
        },
        onError: fail,
      },
    );
    if (!hasLeft) fail("no token, or the rate does not allow it");
  }

  private answered(question: Question, askedMs: number, { bytes }: RestAnswer, page: number): void {
    if (this.isStopped) return;
    const progress = this.progress[question];
    progress.retryNs = RETRY_FIRST_NS;
    this.onAnswer(answerBytes(OK, 0, 0, bytes));
    const cursor = cursorIn(bytes);
    if (cursor !== "" && page < PAGES_MAX) {
      this.askPage(question, askedMs, cursor, page + 1);
      return;
    }
    if (question === "fills") this.fillsFromMs = Math.max(this.startMs, askedMs - OVERLAP_MS);
    this.wait(question, SPACING_NS);
  }

  private failed(question: Question, reason: string): void {
    if (this.isStopped) return;
    const progress = this.progress[question];
    progress.isWantedAgain = true;
    const waitNs = progress.retryNs;
    progress.retryNs = Math.min(waitNs * 2, RETRY_LONGEST_NS);
    this.onNotice(
      "warn",
      `coinbase: no answer about ${question}: ${reason}; asking again in ${waitNs / 1e9} s`,
    );
    this.wait(question, waitNs);
  }

  private wait(question: Question, waitNs: number): void {
    const progress = this.progress[question];
    progress.state = "WAITING";
    progress.cancelTimer = this.ports.timers.after(waitNs, () => {
      progress.state = "IDLE";
      if (progress.isWantedAgain) this.begin(question);
    });
  }
}

function newProgress(): Progress {
  return { state: "IDLE", isWantedAgain: false, retryNs: RETRY_FIRST_NS, cancelTimer: null };
}
