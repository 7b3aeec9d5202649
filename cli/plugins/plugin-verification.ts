import type { Environment, ModuleTrust } from "../../host/engine/index.ts";
import {
  EngineError,
  environments,
  readModuleSignature,
  unsignedModule,
  verifySignedModule,
} from "../../host/engine/index.ts";
import { readKeyring } from "../../host/control/plugin-trust.ts";
import { NodeDisk } from "../../host/platform/disk/index.ts";
import { SystemClock } from "../../host/platform/index.ts";
import { readPluginSource } from "../../tools/plugin-build/plugin-source.ts";
import type { Arguments } from "../console/arguments.ts";
import { UsageError } from "../console/command-error.ts";
import { readPluginFile } from "./plugin-file.ts";

/** What a question about a module came to. */
interface Answer {
  readonly isGood: boolean;
  readonly text: string;
  /** Of a refusal. */
  readonly code: string | null;
}

interface SignatureAnswer extends Answer {
  readonly trust: ModuleTrust | null;
}

/** `plugin verify`: whether a keyring lets a module run, and whether its bytes are those of its source. Status 1 when not. */
export async function verifyPlugin(file: string, given: Arguments): Promise<number> {
  const keyring = given.text("keyring");
  const source = given.text("source");
  if (keyring === undefined && source === undefined)
    throw new UsageError("plugin verify has nothing to compare with", "write --keyring FILE or --source DIR");
  const bytes = readPluginFile(file);
  const environment = given.oneOf("environment", "production", environments);
  const signature = keyring === undefined ? null : bySignature(bytes, keyring, environment);
  const build = source === undefined ? null : await bySource(bytes, source);
  const answers = [signature, build].filter((answer) => answer !== null);
  const isVerified = answers.every(({ isGood }) => isGood);
  process.stdout.write(
    given.has("json")
      ? `${JSON.stringify({ file, environment, isVerified, signature, build })}\n`
      : answers.map(({ text, code }) => `${code === null ? "" : `${code}: `}${text}\n`).join(""),
  );
  return isVerified ? 0 : 1;
}

function bySignature(bytes: Uint8Array, keyringFile: string, environment: Environment): SignatureAnswer {
  const keyring = readKeyring(new NodeDisk(), keyringFile);
  const place = { environment, account: null, instruments: null, nowMs: new SystemClock().wallMs() };
  try {
    const { manifest, trust } = verifySignedModule(bytes, { ...place, keyring, floor: null });
    const plugin = `${manifest.kind} ${manifest.name} ${manifest.version}`;
    return trust.state === "signed"
      ? { isGood: true, text: `${plugin}: signed by ${trust.signers.join(", ")}`, code: null, trust }
      : { isGood: false, text: `${plugin}: unsigned`, code: "SANDPIT_SIGNATURE_MISSING", trust };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { isGood: false, text: error.message, code: error.code, trust: null };
  }
}

/** Builds the source again: equal bytes prove that the module is what was reviewed, whoever compiled it. */
async function bySource(bytes: Uint8Array, folder: string): Promise<Answer> {
  const source = readPluginSource(folder);
  // Half a second to load, and memory to keep: not where nothing is compiled.
  const { compilePlugin } = await import("../../tools/plugin-build/compile.ts");
  const { wasm } = await compilePlugin(source);
  const given = Buffer.from(unsignedModule(bytes));
  const isGood = given.equals(wasm);
  const { contentSha256 } = readModuleSignature(wasm);
  const text = isGood
    ? `the source ${folder} gives the same bytes, ${contentSha256}`
    : `the source ${folder} gives other bytes (${wasm.length}, ${contentSha256}) than the module's (${given.length}, ${readModuleSignature(bytes).contentSha256})`;
  return { isGood, text, code: isGood ? null : "SOURCE_DIFFERS" };
}
