import { readFileSync, writeSync } from "node:fs";

const STDIN = 0;
const STDOUT = 1;

/** Within a program: what its starter gave it. */
export function programInput(): string {
  return readFileSync(STDIN, "utf8");
}

/** Within a program: its answer, complete when this returns, so that the program may end in any way afterwards. */
export function answerProgram(answer: string): void {
  const bytes = new TextEncoder().encode(answer);
  for (let written = 0; written < bytes.length;) written += writeSync(STDOUT, bytes, written);
}
