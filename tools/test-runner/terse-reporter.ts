import { relative } from "node:path";
import type { TestEvent } from "node:test/reporters";
import { inspect } from "node:util";

type Passed = Extract<TestEvent, { type: "test:pass" }>["data"];
type Failed = Extract<TestEvent, { type: "test:fail" }>["data"];

const SLOWEST_SHOWN = 8;
/** Below this many files somebody runs a few by hand and wants no statistics. */
const FILES_WORTH_RANKING = 20;

/** Prints nothing of what passes, and of what fails everything: the place, the error, and what its file wrote. Ends with the files that took longest. */
export async function* terseReporter(source: AsyncIterable<TestEvent>): AsyncGenerator<string, void> {
  const notes = new RunNotes();
  for await (const event of source) {
    if (event.type === "test:fail" && !isEcho(event.data)) {
      const file = event.data.file ?? "";
      yield failure(event.data, notes.written.get(file) ?? "");
      notes.written.delete(file);
    } else notes.keep(event);
  }
  for (const [reason, count] of notes.skips) yield `skipped ${count}: ${reason}\n`;
  if (notes.timesMs.size >= FILES_WORTH_RANKING) yield slowest(notes.timesMs);
}

/** What the end, or a failure, has to tell of the run up to then. */
class RunNotes {
  /** By file. */
  readonly written = new Map<string, string>();
  /** Counted by reason. */
  readonly skips = new Map<string, number>();
  /** By file. */
  readonly timesMs = new Map<string, number>();

  keep(event: TestEvent): void {
    if (event.type === "test:stdout" || event.type === "test:stderr") {
      const { file, message } = event.data;
      this.written.set(file, (this.written.get(file) ?? "") + message);
    } else if (event.type === "test:pass") {
      const reason = skipReason(event.data);
      if (reason !== undefined) this.skips.set(reason, (this.skips.get(reason) ?? 0) + 1);
    } else if (event.type === "test:summary" && event.data.file !== undefined) {
      this.timesMs.set(event.data.file, event.data.duration_ms);
    }
  }
}

function slowest(timesMs: ReadonlyMap<string, number>): string {
  const shown = [...timesMs].sort(([, left], [, right]) => right - left).slice(0, SLOWEST_SHOWN);
  const lines = shown.map(
    ([file, ms]) => `${(ms / 1000).toFixed(1).padStart(7)} s  ${relative(process.cwd(), file)}\n`,
  );
  return `slowest of ${timesMs.size} files:\n${lines.join("")}`;
}

function skipReason(test: Passed): string | undefined {
  if (typeof test.skip === "string" && test.skip !== "") return test.skip;
  if (test.skip !== undefined) return test.name;
  return test.todo === undefined ? undefined : `${test.name} (still to do)`;
}

// A suite fails again for what failed inside it.
function isEcho(test: Failed): boolean {
  const error: Error = test.details.error;
  return "failureType" in error && error.failureType === "subtestsFailed";
}

function failure(test: Failed, written: string): string {
  const place = test.file === undefined ? "" : `${relative(process.cwd(), test.file)}:${test.line}`;
  const error: Error = test.details.error;
  const text = errorText(error.cause ?? error);
  const output = written === "" ? "" : `  its file wrote:\n${indent(written.trimEnd())}\n`;
  return `✖ ${place} ${test.name}\n${indent(text)}\n${output}\n`;
}

// An assertion's message holds the difference already; its fields would print both sides again, without end.
function errorText(error: unknown): string {
  const isAssertion = error instanceof Error && "code" in error && error.code === "ERR_ASSERTION";
  const text = isAssertion
    ? (error.stack ?? error.message)
    : inspect(error, { depth: 8, maxStringLength: 20_000 });
  return text.replaceAll(/^ +at .*\(?node:internal.*\n?/gm, "").trimEnd();
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "    ");
}
