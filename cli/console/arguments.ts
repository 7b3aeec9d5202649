import { parseArgs } from "node:util";
import { UsageError } from "./command-error.ts";
import type { Command, OptionSpec } from "./command.ts";
import { commonOptions } from "./command.ts";

/** What stood on the command line, checked against a command's options. */
export class Arguments {
  readonly operands: readonly string[];
  private readonly values: ReadonlyMap<string, readonly string[]>;

  constructor(values: ReadonlyMap<string, readonly string[]>, operands: readonly string[]) {
    this.values = values;
    this.operands = operands;
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  text(name: string): string | undefined {
    return this.values.get(name)?.at(-1);
  }

  texts(name: string): readonly string[] {
    return this.values.get(name) ?? [];
  }

  /** A number within bounds; `absent` where the option was not given. */
  number(name: string, absent: number, least: number, greatest: number): number {
    const text = this.text(name);
    if (text === undefined) return absent;
    const value = Number(text);
    if (text.trim() === "" || !(value >= least && value <= greatest)) {
      throw new UsageError(`--${name} is "${text}"`, `give a number from ${least} to ${greatest}`);
    }
    return value;
  }

  integer(name: string, absent: number, least: number, greatest: number): number {
    const value = this.number(name, absent, least, greatest);
    if (!Number.isInteger(value)) throw new UsageError(`--${name} is ${value}`, "give a whole number");
    return value;
  }

  oneOf<Choice extends string>(name: string, absent: Choice, choices: readonly Choice[]): Choice {
    const text = this.text(name);
    if (text === undefined) return absent;
    const found = choices.find((choice) => choice === text);
    if (found === undefined)
      throw new UsageError(`--${name} is "${text}"`, `give one of ${choices.join(", ")}`);
    return found;
  }
}

/**
 * Takes a command line apart. A list option takes every value up to the next option, so that a shell's `--recording *.gz` works.
 * Throws UsageError for options that the command does not have, values that are absent or too many, and stray arguments.
 */
export function readArguments(command: Command, line: readonly string[]): Arguments {
  const specs = { ...command.options, ...commonOptions };
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  let list: string[] | null = null;
  for (const token of tokensOf(specs, line)) {
    if (token.kind === "positional" && list !== null) list.push(token.value);
    else if (token.kind === "positional") operands.push(token.value);
    else if (token.kind === "option") {
      const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
      if (spec === undefined) throw unknownOption(command, token.rawName);
      const taken = takeOption(values, token.name, token.value, spec);
      list = spec.isList === true ? taken : null;
    } else list = null;
  }
  const [stray] = operands;
  if (stray !== undefined && command.operands === undefined) {
    throw new UsageError(`"${stray}" is no argument of ${command.name}`, helpOf(command));
  }
  return new Arguments(values, operands);
}

function tokensOf(specs: Readonly<Record<string, OptionSpec>>, line: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { value }]) => [
      name,
      { type: value === undefined ? ("boolean" as const) : ("string" as const), multiple: true },
    ]),
  );
  return parseArgs({ args: [...line], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

function takeOption(
  values: Map<string, string[]>,
  name: string,
  value: string | undefined,
  spec: OptionSpec,
): string[] {
  if (spec.value === undefined && value !== undefined)
    throw new UsageError(`--${name} takes no value, it was given "${value}"`, `write --${name} alone`);
  if (spec.value !== undefined && (value === undefined || value.startsWith("--"))) {
    throw new UsageError(`--${name} has no value`, `write --${name} ${spec.value}`);
  }
  const taken = values.get(name) ?? [];
  if (spec.value !== undefined && taken.length > 0 && spec.isList !== true)
    throw new UsageError(`--${name} was given twice`, "give it once");
  taken.push(value ?? "");
  values.set(name, taken);
  return taken;
}

function unknownOption(command: Command, rawName: string): UsageError {
  return new UsageError(`${command.name} has no option ${rawName}`, helpOf(command));
}

function helpOf(command: Command): string {
  return `\`sandpit ${command.name} --help\` lists what it takes`;
}
