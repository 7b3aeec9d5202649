import { createHash } from "node:crypto";
import { z } from "zod";
import type { Disk } from "../../platform/disk/index.ts";
import { DiskError } from "../../platform/disk/index.ts";
import { EngineError } from "../engine-error.ts";
import type { EngineErrorCode } from "../engine-error.ts";
import { compareVersions, PLUGIN_VERSION } from "../plugin-version.ts";
import { readWholeFile, replaceFile } from "./whole-file.ts";

/*
 One file, FLOOR, replaced whole by a rename:

    {"sha256": "<of the text of plugins>", "plugins": {"<name>": {"version": "1.2.3", "contentSha256": "…"}, …}}

 | offered            | in the file                  | answer                                      |
 |--------------------|------------------------------|---------------------------------------------|
 | any version        | no entry                     | accepted; becomes the floor when it is run   |
 | a later version    | an earlier one               | accepted; becomes the floor when it is run   |
 | the same version   | the same content             | accepted                                    |
 | the same version   | other content                | refused: a version names one content, ever   |
 | an earlier version | a later one                  | refused                                     |
 | anything           | the file cannot be trusted   | refused                                     |
*/
const FILE = "FLOOR";
const FILE_BYTES_MAX = 4_194_304;
const PLUGINS_MAX = 10_000;

const entrySchema = z.strictObject({
  version: z.string().regex(PLUGIN_VERSION),
  contentSha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const fileSchema = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  plugins: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,63}$/), entrySchema),
});

/** The latest version of a plugin that ran here, and which content it had. */
export interface FloorEntry {
  readonly version: string;
  readonly contentSha256: string;
}

/** A plugin that wants to run. */
export interface FloorCandidate extends FloorEntry {
  readonly name: string;
}

/** The least version of each plugin, on disk: it rises with what runs and never falls, so that an old signed module stays out. */
export class VersionFloor {
  readonly #disk: Disk;
  readonly #directory: string;

  constructor(disk: Disk, directory: string) {
    this.#disk = disk;
    this.#directory = directory;
  }

  /**
   * Throws SANDPIT_SIGNATURE_VERSION_BELOW_FLOOR, SANDPIT_SIGNATURE_VERSION_REUSED, or SANDPIT_SIGNATURE_FLOOR_DAMAGED when the file cannot
   * be trusted. The file is read each time: another host may have raised it.
   */
  check(candidate: FloorCandidate): void {
    this.#compare(candidate, this.#read());
  }

  /**
   * Makes what runs the floor, on stable storage before it returns. To be called once the candidates run for good: a version that was rolled
   * back has then not shut out the one before it. Checks each again under the lock and changes nothing when one is refused; throws what
   * `check` throws and SANDPIT_SIGNATURE_FLOOR_FAILED when the file cannot be written.
   */
  raise(candidates: readonly FloorCandidate[]): void {
    this.#guarded("written", () => {
      this.#disk.makeDirectory(this.#directory);
      const lock = this.#disk.lock(`${this.#directory}/LOCK`);
      try {
        this.#raiseLocked(candidates);
      } finally {
        lock.release();
      }
    });
  }

  #raiseLocked(candidates: readonly FloorCandidate[]): void {
    const floor = new Map(this.#read());
    let hasRisen = false;
    for (const candidate of candidates) {
      this.#compare(candidate, floor);
      const { name, version, contentSha256 } = candidate;
      if (floor.get(name)?.version === version) continue;
      floor.set(name, { version, contentSha256 });
      hasRisen = true;
    }
    if (floor.size > PLUGINS_MAX)
      refuse("SANDPIT_SIGNATURE_FLOOR_FAILED", `it would name more than ${PLUGINS_MAX} plugins`, this.#path);
    if (!hasRisen) return;
    const plugins = Object.fromEntries([...floor].sort(([a], [b]) => (a < b ? -1 : 1)));
    const text = JSON.stringify({ sha256: digestOf(plugins), plugins });
    replaceFile(this.#disk, this.#directory, FILE, Buffer.from(text, "utf8"));
  }

  #compare({ name, version, contentSha256 }: FloorCandidate, floor: ReadonlyMap<string, FloorEntry>): void {
    const entry = floor.get(name);
    if (entry === undefined) return;
    const order = compareVersions(version, entry.version);
    if (order < 0)
      throw new EngineError(
        "SANDPIT_SIGNATURE_VERSION_BELOW_FLOOR",
        `plugin ${name} ${version} is older than ${entry.version}, which has run here: release its content under a later version`,
      );
    if (order === 0 && contentSha256 !== entry.contentSha256)
      throw new EngineError(
        "SANDPIT_SIGNATURE_VERSION_REUSED",
        `plugin ${name} ${version} has run here with other content (${entry.contentSha256}): give this one a later version`,
      );
  }

  get #path(): string {
    return `${this.#directory}/${FILE}`;
  }

  #read(): ReadonlyMap<string, FloorEntry> {
    return this.#guarded("read", () => {
      if (!this.#disk.list(this.#directory).includes(FILE)) return new Map();
      const bytes = readWholeFile(this.#disk, this.#path, FILE_BYTES_MAX);
      const parsed = fileSchema.safeParse(bytes === null ? null : parseJson(bytes));
      if (!parsed.success || digestOf(parsed.data.plugins) !== parsed.data.sha256)
        refuse("SANDPIT_SIGNATURE_FLOOR_DAMAGED", "its content is not what was written", this.#path);
      return new Map(Object.entries(parsed.data.plugins));
    });
  }

  #guarded<Result>(action: string, call: () => Result): Result {
    try {
      return call();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      return refuse(
        "SANDPIT_SIGNATURE_FLOOR_FAILED",
        `it cannot be ${action}: ${error.message}`,
        this.#path,
        error,
      );
    }
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}

function digestOf(plugins: Readonly<Record<string, FloorEntry>>): string {
  return createHash("sha256").update(JSON.stringify(plugins)).digest("hex");
}

function refuse(code: EngineErrorCode, text: string, path: string, cause?: unknown): never {
  const remedy =
    code === "SANDPIT_SIGNATURE_FLOOR_DAMAGED"
      ? "Restore it from a copy; without one, put the versions that have run into the keyring's minimumVersions, and then remove it"
      : "See to the folder trust.floorDirectory; until then nothing signed runs";
  throw new EngineError(code, `the version floor ${path} is refused: ${text}. ${remedy}`, { cause });
}
