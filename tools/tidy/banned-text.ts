import type { RepositoryFile } from "./repository-file.ts";

interface Ban {
  readonly pattern: RegExp;
  /** Paths it holds for. */
  readonly where: RegExp;
  readonly except?: RegExp;
  readonly instead: string;
}

const CODE = /\.(ts|mjs)$/;
const PRODUCTION = /^(host|sim|abi\/host)\/.*\.ts$/;
const HOST = /^host\/.*\.ts$/;
const ANY = /./;

/**
 * What no linter rule of the tool box bans, each with what to write in its place. The files of this folder and its tests
 * have to spell the words out, and are left out of the search.
 */
const BANS: readonly Ban[] = [
  {
    pattern: /\bconsole\.\w+\(/,
    where: PRODUCTION,
    instead: "the logger handed in, or process.stdout.write in a program",
  },
  {
    pattern: /\bprocess\.exit\(/,
    where: PRODUCTION,
    except: /^host\/(main\.ts|platform\/)/,
    instead: "a thrown error or process.exitCode, so that buffers are flushed",
  },
  {
    pattern: /\bprocess\.env\b/,
    where: PRODUCTION,
    except: /^host\/(main\.ts|platform\/)|^sim\/(main\.ts|server\/)/,
    instead: "a field of the configuration, which the journal records",
  },
  {
    pattern:
      /\bMath\.(exp|expm1|log|log2|log10|log1p|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|cbrt|hypot)\(/,
    where: HOST,
    instead:
      "a computation in a plugin: an engine may change the last digit (exact: Math.sqrt; 31 - Math.clz32(n) for a power of two)",
  },
  {
    pattern: /\.localeCompare\(|\.toLocale\w+\(|\bIntl\./,
    where: PRODUCTION,
    instead: "a comparison with < or an explicit format: the locale differs by machine",
  },
  { pattern: /from "node:assert"/, where: CODE, instead: 'from "node:assert/strict"' },
  {
    pattern: /\b(test|it|describe|suite)\.only\(|\bonly: true\b/,
    where: /\.test\.ts$/,
    instead: "npm test -- <path> --name=<pattern>",
  },
  {
    pattern: /\b(test|it|describe|suite)\.skip\(|\bskip: true\b/,
    where: /\.test\.ts$/,
    instead: '{ skip: "the reason, naming what is missing" }',
  },
  {
    pattern: /\b(TODO|FIXME|XXX)\b/,
    where: ANY,
    instead: "the work itself, or a line in the documentation of what is left out",
  },
  {
    pattern: /\b(oxlint|eslint|tslint|biome)-(disable|ignore)/,
    where: CODE,
    instead: "code that the rule accepts, or an override in .oxlintrc.json with its reason",
  },
  { pattern: /\b(c8|v8|istanbul) ignore\b|node:coverage (disable|ignore)/, where: CODE, instead: "a test" },
  {
    pattern: /@ts-(ignore|nocheck|expect-error)/,
    where: CODE,
    except: /^abi\/assembly\/|^plugins\//,
    instead: "a type that tells the truth",
  },
  {
    pattern: /(^|[\s"'`(=:])\/(work|tmp|home|Users|root|opt|srv|mnt|var\/lib)\/[\w.-]/,
    where: ANY,
    except: /^(deploy\/|console\/)/,
    instead: "a path from the repository's root, or os.tmpdir()",
  },
  {
    pattern: /\bregistry\.(npmjs|yarnpkg|npmmirror)\.|\bnpmjs\.(org|com)\b|"resolved":/,
    where: ANY,
    instead: "nothing: the registry is the reader's own configuration",
  },
];

const SELF = /^(tools\/tidy|test\/tools\/tidy)\//;

/** One line for each place where a file holds what is banned. */
export function bannedText(files: readonly RepositoryFile[]): string[] {
  return files
    .filter(({ path }) => !SELF.test(path))
    .flatMap((file) => BANS.flatMap((ban) => offences(file, ban)));
}

function offences({ path, text }: RepositoryFile, { pattern, where, except, instead }: Ban): string[] {
  if (!where.test(path) || except?.test(path) === true || !pattern.test(text)) return [];
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    const found = pattern.exec(line);
    return found === null ? [] : [`${path}:${index + 1}: ${found[0].trim()} is banned; instead: ${instead}`];
  });
}
