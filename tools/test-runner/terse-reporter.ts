import { relative } from "node:path";
import type { TestEvent } from "node:test/reporters";
import { inspect } from "node:util";

type Passed = Extract<TestEvent, { type: "test:pass" }>["data"];
type Failed = Extract<TestEvent, { type: "test:fail" }>["data"];

/** Prints nothing of what passes, and of what fails everything: the place, the error, and what its file wrote. */
export async function* terseReporter(source: AsyncIterable<TestEvent>): AsyncGenerator<string, void> {
  const written = new Map<string, string>();
  const skips = new Map<string, number>();
  for await (const event of source) {
    if (event.type === "test:stdout" || event.type === "test:stderr") {
      written.set(event.data.file, (written.get(event.data.file) ?? "") + event.data.message);
    } else if (event.type === "test:pass") {
      const reason = skipReason(event.data);
      if (reason !== undefined) skips.set(reason, (skips.get(reason) ?? 0) + 1);
    } else if (event.type === "test:fail" && !isEcho(event.data)) {
      yield failure(event.data, written.get(event.data.file ?? "") ?? "");
      written.delete(event.data.file ?? "");
    }
  }
  for (const [reason, count] of skips) yield `skipped ${count}: ${reason}\n`;
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
