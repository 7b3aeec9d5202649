import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { z } from "zod";
import { projectRoot } from "../../tools/project-root.ts";
import { repositoryFiles } from "../../tools/tidy/repository-file.ts";
import { isShown, pageBlocks } from "./page-blocks.ts";

const readme = readFileSync(join(projectRoot, "README.md"), "utf8");
const pages = repositoryFiles().filter(({ path }) => /^(docs\/)?[^/]+\.md$/.test(path));
const packageFile = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")));

const helps = new Map<string, string>();

/** What a command's --help prints; asked for once. */
function helpOf(command: string): string {
  const known = helps.get(command);
  if (known !== undefined) return known;
  const { status, stdout, stderr } = sandpit([...(command === "" ? [] : [command]), "--help"]);
  assert.equal(status, 0, `sandpit ${command} --help: ${stderr}`);
  helps.set(command, stdout);
  return stdout;
}

function sandpit(line: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(projectRoot, "cli/main.ts"), ...line], {
    cwd: projectRoot,
    encoding: "utf8",
  });
}

/** Command lines of a page: the command, and the options that follow it up to the end of the code. */
function commandLines(text: string): { readonly command: string; readonly options: readonly string[] }[] {
  const lines = [
    ...text.matchAll(/npm run -s sandpit -- ([a-z]+)([^`\n|]*)/g),
    ...[...text.matchAll(/npm (start)(?: --)?([^`\n|]*)/g)],
  ];
  return lines.map(([, command = "", rest = ""]) => ({
    command,
    options: [...(rest.split("#")[0]?.matchAll(/--[a-z][a-z-]*/g) ?? [])].map(([option]) => option),
  }));
}

test("every relative link of the documents leads to a file", () => {
  const broken = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\(([^)\s#:]+)(?:#[^)]*)?\)/g)]
      .map(([, target]) => join(dirname(path), target ?? ""))
      .filter((target) => !existsSync(join(projectRoot, target)))
      .map((target) => `${path}: ${target}`),
  );
  assert.deepEqual(broken, []);
});

test("every link to a heading finds one", () => {
  const anchors = new Map(
    pages.map(({ path, text }) => [
      path,
      new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) => anchorOf(title ?? ""))),
    ]),
  );
  const broken = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\(([^)\s#:]*)#([^)]+)\)/g)]
      .filter(
        ([, file = "", anchor = ""]) =>
          anchors.get(file === "" ? path : join(dirname(path), file))?.has(anchor) !== true,
      )
      .map(([link]) => `${path}: ${link}`),
  );
  assert.deepEqual(broken, []);
});

/** As GitHub makes them: small letters, blanks to hyphens, punctuation dropped. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

test("every command and option that a document writes out exists, as --help says", () => {
  let seen = 0;
  for (const { path, text } of pages) {
    for (const { command, options } of commandLines(text)) {
      seen += 1;
      const help = command === "start" ? helpOf("start") : helpOf(command);
      for (const option of options)
        assert.match(help, new RegExp(`^ +${option}[ \\n]`, "m"), `${path}: ${command} ${option}`);
    }
  }
  assert.ok(seen > 20, `${seen} commands were found`);
});

test("README.md lists every command of the program and only npm scripts that exist", () => {
  const commands = [...helpOf("").matchAll(/^ {2}([a-z]+) {2}/gm)].map(([, name]) => name ?? "");
  assert.ok(commands.length >= 6, helpOf(""));
  for (const name of commands)
    assert.ok(readme.includes(name === "start" ? "`npm start`" : `\`npm run -s sandpit -- ${name}\``), name);
  for (const { path, text } of pages) {
    for (const [, script = ""] of text.matchAll(/`npm run (?:-s )?([a-z]+)/g)) {
      assert.ok(Object.hasOwn(packageFile.scripts, script), `${path}: npm run ${script}`);
    }
  }
});

test("README.md's numbers state their conditions", () => {
  const table = /<!-- numbers -->([\s\S]*?)<!-- \/numbers -->/.exec(readme)?.[1] ?? "";
  const rows = table
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(1);
  assert.ok(rows.length >= 3, `${rows.length} rows`);
  for (const row of rows) {
    const [, measure = "", value = "", conditions = ""] = row.split("|").map((cell) => cell.trim());
    assert.ok(measure !== "" && /\d/.test(value), row);
    assert.ok(conditions.length >= 40, `the conditions are missing: ${row}`);
  }
  assert.match(readme, /cores[^\n]*Node \d+/, "the machine is named");
});

test("README.md's backtest shows what it says, orders refused by the risk gate among it", () => {
  const [run, output] = pageBlocks(readme);
  assert.ok(run?.kind === "run" && output?.kind === "output");
  const { status, stdout, stderr } = sandpit(run.text.trim().split(" -- ")[1]?.split(" ") ?? []);
  assert.equal(status, 0, stderr);
  // What else is denied, and how often, changes with the agents; that the gate refuses does not.
  const denied = /^denied +.*AGENT_POSITION_SHARE \d+/m;
  assert.match(output.text, denied);
  assert.match(stdout, denied);
  const others = output.text.split("\n").filter((line) => line !== "" && !line.startsWith("denied"));
  assert.deepEqual(
    others.filter((line) => !isShown(withoutNumbers(line), stdout)),
    [],
    stdout,
  );
});

/** Times differ by machine, counts and fees with every change of an agent: the names must stay. */
function withoutNumbers(line: string): string {
  if (line.startsWith("fees")) return "fees …";
  return line.replaceAll(/\b[0-9a-f]{64}\b/g, "…").replaceAll(/-?\b\d[\d,.]*( (ns|µs|ms|s)\b)?/g, "…");
}
