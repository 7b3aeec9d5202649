import assert from "node:assert/strict";
import { test } from "node:test";
import { readArguments } from "../../../cli/console/arguments.ts";
import { UsageError } from "../../../cli/console/command-error.ts";
import type { Command } from "../../../cli/console/command.ts";
import { commandHelp, programHelp } from "../../../cli/console/help.ts";

const command: Command = {
  name: "sample",
  summary: "A sample.",
  options: {
    file: { value: "FILE", isList: true, help: "files" },
    seed: { value: "N", help: "a number" },
    fast: { help: "a switch" },
  },
  run: () => Promise.resolve(0),
};
const withOperands: Command = { ...command, operands: "NAME" };

function refusal(line: readonly string[], of: Command = command): string {
  try {
    readArguments(of, line);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    assert.notEqual(error.remedy, "");
    return error.message;
  }
  throw new Error(`${line.join(" ")} was taken`);
}

test("a list option takes all values up to the next option, and may be repeated", () => {
  const given = readArguments(command, ["--file", "a", "b", "--fast", "--file=c", "--seed", "7"]);
  assert.deepEqual(given.texts("file"), ["a", "b", "c"]);
  assert.equal(given.has("fast"), true);
  assert.equal(given.has("json"), false);
  assert.equal(given.integer("seed", 1, 0, 10), 7);
  assert.deepEqual(given.operands, []);
});

test("what an option does not have is named, with a remedy [O3]", () => {
  assert.match(refusal(["--sead", "1"]), /no option --sead/);
  assert.match(refusal(["-x"]), /no option -x/);
  assert.match(refusal(["--seed"]), /--seed has no value/);
  assert.match(refusal(["--seed", "--fast"]), /--seed has no value/);
  assert.match(refusal(["--fast=yes"]), /--fast takes no value/);
  assert.match(refusal(["--seed", "1", "--seed", "2"]), /twice/);
  assert.match(refusal(["stray"]), /"stray" is no argument/);
  assert.match(refusal(["--fast", "stray"]), /"stray" is no argument/);
  assert.match(refusal(["--constructor"], withOperands), /no option --constructor/);
});

test("operands are taken by a command that has them, and after --", () => {
  assert.deepEqual(readArguments(withOperands, ["one", "--fast", "two"]).operands, ["one", "two"]);
  assert.deepEqual(readArguments(withOperands, ["--file", "a", "--", "--seed"]).operands, ["--seed"]);
});

test("numbers and choices are held within their bounds", () => {
  const given = readArguments(command, ["--seed", "1.5"]);
  assert.equal(given.number("seed", 0, 0, 2), 1.5);
  assert.equal(given.number("absent", 4, 0, 2), 4);
  assert.throws(() => given.integer("seed", 0, 0, 2), /whole number|1\.5/);
  assert.throws(() => given.number("seed", 0, 2, 3), UsageError);
  for (const text of ["", " ", "ten", "NaN", "Infinity"]) {
    assert.throws(
      () => readArguments(command, [`--seed=${text}`]).number("seed", 0, 0, 10),
      UsageError,
      text,
    );
  }
  assert.throws(() => given.oneOf("seed", "a", ["a", "b"]), /--seed is "1\.5"/);
  assert.equal(given.oneOf("absent", "a", ["a", "b"]), "a");
  assert.equal(readArguments(command, ["--seed", "b"]).oneOf("seed", "a", ["a", "b"]), "b");
});

test("the help names every option and command", () => {
  const help = commandHelp(withOperands);
  for (const part of ["sample NAME", "--file FILE...", "--seed N", "--fast ", "--json", "--help"])
    assert.ok(help.includes(part), part);
  assert.match(programHelp([command]), /sample {2}A sample\./);
});
