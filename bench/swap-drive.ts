import { LatencyHistogram } from "../host/lane/index.ts";
import type { FrameDrive } from "./lane/frame-drive.hot.ts";
import type { SwapRunner, SwapStage } from "./swap-runner.ts";

const NS_PER_MS = 1e6;
const FRAME_NS = 0;
const OTHER_NS = 1;
const START_NS = 2;
const END_NS = 3;
const CELLS = 4;

/**
 * Gives a lane its inputs one by one with swaps in between, at their times or as fast as it goes. Unlike a live host it decides on each frame even
 * where another is due: what leaves then does not depend on the machine, and can be held against a run without swaps.
 */
export class SwapDrive {
  /** How long events took by the stage of the swap that was under way; the one right after a promotion stands in `first` alone. */
  readonly steps: Readonly<Record<SwapStage | "first", LatencyHistogram>>;
  private readonly drive: FrameDrive;
  private readonly runner: SwapRunner;
  private readonly speed: number;
  private readonly cells: Float64Array;
  private originMs: number;
  private event: number;
  private isFirst: boolean;

  /** `speed`: 10 is ten times the recorded rate; Infinity does not wait. */
  constructor(drive: FrameDrive, runner: SwapRunner, speed: number) {
    this.steps = {
      none: new LatencyHistogram(),
      beside: new LatencyHistogram(),
      promoted: new LatencyHistogram(),
      first: new LatencyHistogram(),
    };
    this.drive = drive;
    this.runner = runner;
    this.speed = speed;
    this.cells = new Float64Array(CELLS);
    this.originMs = 0;
    this.event = 0;
    this.isFirst = false;
  }

  /** A pass of the first `count` frames and of all their answers, with the swaps that the runner was given. */
  async pass(count: number): Promise<void> {
    const { drive, cells } = this;
    drive.begin();
    drive.frameTime(0, cells, FRAME_NS);
    this.originMs = performance.now() - this.wallMs(FRAME_NS);
    this.event = 0;
    for (let index = 0; index < count; index++) {
      drive.frameTime(index, cells, FRAME_NS);
      drive.nextOther(cells, OTHER_NS);
      while ((cells[OTHER_NS] ?? 0) <= (cells[FRAME_NS] ?? 0)) {
        if (this.before(OTHER_NS)) await eventLoop();
        this.stamp(START_NS);
        drive.between();
        this.after();
        drive.nextOther(cells, OTHER_NS);
      }
      if (this.before(FRAME_NS)) await eventLoop();
      this.stamp(START_NS);
      drive.frame(index, false);
      this.after();
    }
    while (drive.answers.dueNs[0] !== Number.POSITIVE_INFINITY) drive.between();
  }

  /** Waits for the time of an event, and makes the changes that are due before it. True after a swap's last one. */
  private before(cell: number): boolean {
    const { runner } = this;
    const dueMs = this.originMs + this.wallMs(cell);
    while (performance.now() < dueMs) continue;
    let isSettled = false;
    while (runner.dueAt <= this.event) {
      runner.change();
      this.isFirst = runner.stage === "promoted";
      isSettled = runner.stage === "none";
    }
    return isSettled;
  }

  private after(): void {
    const { cells, steps, runner } = this;
    this.stamp(END_NS);
    steps[this.isFirst ? "first" : runner.stage].record(cells, START_NS, END_NS);
    this.isFirst = false;
    this.event += 1;
  }

  private stamp(cell: number): void {
    this.cells[cell] = performance.now() * NS_PER_MS;
  }

  private wallMs(cell: number): number {
    return (this.cells[cell] ?? 0) / (NS_PER_MS * this.speed);
  }
}

/** A live host comes back to its event loop after each event: messages of the journal's thread and the engine's own tasks get their turn. */
function eventLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
