import assert from "node:assert/strict";
import { test } from "node:test";
import { DevReport } from "../../../cli/plugins/dev-report.ts";

/** Tells one of each. */
function told(isJson: boolean): string {
  let text = "";
  const report = new DevReport(isJson, (written) => {
    text += written;
  });
  report.watching("plugins/agents/momentum", "momentum");
  report.built(7_074, 451.6);
  report.notBuilt("ERROR TS2304\n\n");
  report.notDeployed("SANDPIT_PLUGIN_BUSY: wait", "wait");
  report.shown(1_243.4);
  report.notShown(10);
  report.ended("momentum");
  return text;
}

test("people are told what happened, in lines", () => {
  assert.deepEqual(told(false).trimEnd().split("\n"), [
    "watching plugins/agents/momentum for the slot momentum; Ctrl-C ends it",
    "built: 7,074 bytes in 452 ms",
    "ERROR TS2304",
    "not built: what runs stays; save again",
    "not deployed: SANDPIT_PLUGIN_BUSY: wait",
    "  remedy: wait",
    "its first call was compared 1243 ms after the save",
    "no event has come up within 10 s: does the market move?",
    "ended; what runs beside momentum goes on: promote it, or roll it back",
  ]);
});

test("programs are told the same, an object a line", () => {
  const lines = told(true)
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { event: string }).event);
  const events = ["watching", "built", "not-built", "not-deployed", "shown", "not-shown", "ended"];
  assert.deepEqual(lines, events);
});
