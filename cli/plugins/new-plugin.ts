import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../tools/project-root.ts";
import { bundledPlugins, fromRoot, kindFolders } from "../../tools/plugin-build/plugin-source.ts";
import type { PluginKind } from "../../tools/plugin-build/plugin-source.ts";
import { CommandError, UsageError } from "../console/command-error.ts";

const TEMPLATES = join(projectRoot, "tools", "plugin-templates");
const SUFFIX = ".template";
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const NAME_UNITS_MAX = 64;

/** Ends a class's name, so that it never is a name of the plugin kit's, whatever the plugin is called. */
const CLASS_ENDS: Readonly<Record<PluginKind, string>> = {
  agent: "Agent",
  feature: "Feature",
  ensemble: "Ensemble",
  risk: "RiskRule",
  venue: "Codec",
};

/** A plugin that was made. */
export interface NewPlugin {
  readonly name: string;
  readonly kind: PluginKind;
  /** From the repository's root. */
  readonly folder: string;
  /** Names in the folder. */
  readonly files: readonly string[];
}

/** Makes a plugin's folder from the templates of its kind. Throws UsageError for a bad name, CommandError where there is one of that name. */
export function createPlugin(kind: PluginKind, name: string): NewPlugin {
  checkName(name);
  const folder = join(projectRoot, "plugins", kindFolders[kind], name);
  const path = fromRoot(folder);
  if (existsSync(folder))
    throw new CommandError(`${path} is there already`, "choose another name, or remove the folder first");
  const other = bundledPlugins().find(({ manifest }) => manifest.name === name);
  if (other !== undefined)
    throw new CommandError(
      `${fromRoot(other.folder)} has that name, and names are unique among all kinds`,
      "choose another name",
    );
  const files = readdirSync(join(TEMPLATES, kind)).map((file) => file.slice(0, -SUFFIX.length));
  const words = { name, class: classNameOf(kind, name), output: outputNameOf(name) };
  mkdirSync(folder, { recursive: true });
  for (const file of files) {
    const template = readFileSync(join(TEMPLATES, kind, file + SUFFIX), "utf8");
    writeFileSync(join(folder, file), filled(template, words));
  }
  return { name, kind, folder: path, files };
}

function checkName(name: string): void {
  const remedy =
    "start with a small letter, go on with small letters, digits and single dashes: order-flow-taker";
  if (!NAME.test(name)) throw new UsageError(`"${name}" is no name for a plugin`, remedy);
  if (name.length > NAME_UNITS_MAX)
    throw new UsageError(
      `the name has ${name.length} characters, ${NAME_UNITS_MAX} are allowed`,
      "choose a shorter one",
    );
}

function filled(template: string, words: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_whole, word: string) => words[word] ?? "");
}

function classNameOf(kind: PluginKind, name: string): string {
  const parts = name.split("-").map((part) => part.slice(0, 1).toUpperCase() + part.slice(1));
  return parts.join("") + CLASS_ENDS[kind];
}

/** A feature's first output: the plugin's name in camel case. A single word could be one of the language's own, such as `new`. */
function outputNameOf(name: string): string {
  const [first = "", ...rest] = name.split("-");
  if (rest.length === 0) return `${first}Value`;
  return first + rest.map((part) => part.slice(0, 1).toUpperCase() + part.slice(1)).join("");
}
