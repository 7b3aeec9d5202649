import { LatencyHistogram } from "../../host/lane/index.ts";
import type { FrameDrive } from "./frame-drive.hot.ts";

const NS_PER_MS = 1e6;
const ZERO = 0;
const SPAN = 1;
const NOW_MS = 2;
const DUE_MS = 3;
const OLDEST_MS = 4;
const ORIGIN_MS = 5;
const MS_PER_NS = 6;
const OTHER_NS = 7;
const FRAME_NS = 8;
const NEXT_MS = 9;
const NONE_WAITING = 10;
const CELLS = 11;

/**
 * Gives a pass's inputs to the lane at their time: the recorded spacing, so many times faster. Latency counts from when an input should
 * have been there, whether or not the lane was busy then (coordinated omission), to the moment at which the order's bytes exist and its
 * intent is durable as configured.
 *
 * When several frames are due, all but the last say that more follow. The order that comes of them then counts from the oldest:
 * `response` is never kinder than that.
 */
export class PacedDrive {
  /** From the intended time of the oldest frame that a decision covers. */
  readonly response: LatencyHistogram;
  /** From the intended time of the frame that was decided on. */
  readonly fromLast: LatencyHistogram;
  /** From the call of the step that sent. */
  readonly service: LatencyHistogram;
  /** Steps that sent something. */
  steps: number;
  /** Frames after which another was already due. */
  conflated: number;
  private readonly drive: FrameDrive;
  private readonly cells: Float64Array;

  /** `speed`: 10 is ten times the recorded rate. */
  constructor(drive: FrameDrive, speed: number) {
    this.response = new LatencyHistogram();
    this.fromLast = new LatencyHistogram();
    this.service = new LatencyHistogram();
    this.steps = 0;
    this.conflated = 0;
    this.drive = drive;
    this.cells = new Float64Array(CELLS);
    this.cells[MS_PER_NS] = 1 / (NS_PER_MS * speed);
  }

  /** A pass of the first `count` frames; comes back after the last. */
  pass(count: number): void {
    const { drive, cells } = this;
    drive.begin();
    drive.frameTime(0, cells, FRAME_NS);
    cells[ORIGIN_MS] = performance.now() + 1 - cells[FRAME_NS]! * cells[MS_PER_NS]!;
    cells[NONE_WAITING] = 1;
    for (let index = 0; index < count; index++) {
      drive.frameTime(index, cells, FRAME_NS);
      this.othersUntilFrame();
      this.waitUntil(FRAME_NS);
      this.frame(index, count - 1);
    }
  }

  /** Forgets what was measured: it was to warm up. */
  reset(): void {
    this.response.reset();
    this.fromLast.reset();
    this.service.reset();
    this.steps = 0;
    this.conflated = 0;
  }

  /** Answers and timers that are due before the frame. */
  private othersUntilFrame(): void {
    const { drive, cells } = this;
    drive.nextOther(cells, OTHER_NS);
    while (cells[OTHER_NS]! <= cells[FRAME_NS]!) {
      this.waitUntil(OTHER_NS);
      const before = drive.orders;
      drive.between();
      if (drive.orders !== before) this.sent();
      drive.nextOther(cells, OTHER_NS);
    }
  }

  /** Spins until the session time in a cell has come on the real clock. */
  private waitUntil(cell: number): void {
    const { cells } = this;
    const dueMs = cells[ORIGIN_MS]! + cells[cell]! * cells[MS_PER_NS]!;
    cells[DUE_MS] = dueMs;
    let nowMs = performance.now();
    while (nowMs < dueMs) nowMs = performance.now();
    cells[NOW_MS] = nowMs;
  }

  private frame(index: number, last: number): void {
    const { drive, cells } = this;
    if (cells[NONE_WAITING] === 1) cells[OLDEST_MS] = cells[DUE_MS]!;
    let moreFollow = false;
    if (index < last) {
      drive.frameTime(index + 1, cells, NEXT_MS);
      moreFollow = cells[ORIGIN_MS]! + cells[NEXT_MS]! * cells[MS_PER_NS]! <= cells[NOW_MS]!;
    }
    const before = drive.orders;
    drive.frame(index, moreFollow);
    if (drive.orders !== before) this.sent();
    cells[NONE_WAITING] = moreFollow ? 0 : 1;
    if (moreFollow) this.conflated += 1;
  }

  private sent(): void {
    const { cells } = this;
    const endMs = performance.now();
    this.steps += 1;
    cells[ZERO] = 0;
    const first = cells[NONE_WAITING] === 1 ? cells[DUE_MS]! : cells[OLDEST_MS]!;
    cells[SPAN] = (endMs - first) * NS_PER_MS;
    this.response.record(cells, ZERO, SPAN);
    cells[SPAN] = (endMs - cells[DUE_MS]!) * NS_PER_MS;
    this.fromLast.record(cells, ZERO, SPAN);
    cells[SPAN] = (endMs - cells[NOW_MS]!) * NS_PER_MS;
    this.service.record(cells, ZERO, SPAN);
  }
}
