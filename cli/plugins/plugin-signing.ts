import { EngineError, readModuleSignature, signModule } from "../../host/engine/index.ts";
import type { Arguments } from "../console/arguments.ts";
import { CommandError, UsageError } from "../console/command-error.ts";
import { replaceWholeFile } from "./new-files.ts";
import { pluginPath, readPluginFile } from "./plugin-file.ts";
import { admissionOf } from "./plugin-report.ts";
import type { ModuleSigner } from "./signing-key.ts";
import { commandSigner, readPublicKey, readSigner } from "./signing-key.ts";

/** `plugin sign`: one more signature in a module that the engine would load. */
export function signPlugin(file: string, given: Arguments): number {
  const out = given.text("out") ?? file;
  if (given.text("out") === undefined && pluginPath(file) !== file)
    throw new UsageError(
      "a plugin of this project is signed into a file of its own",
      "write --out FILE: a build would replace the module in build/",
    );
  const bytes = readPluginFile(file);
  const admission = admissionOf(bytes);
  if (!admission.isAdmitted)
    throw new CommandError(`${file} would not be loaded: ${admission.text}`, "sign what can run");
  const signer = signerOf(given);
  const signed = signedModule(bytes, signer);
  replaceWholeFile(out, signed);
  const { records, contentSha256 } = readModuleSignature(signed);
  const result = { file: out, keyId: signer.publicKey.keyId, signatures: records.length, contentSha256 };
  process.stdout.write(
    given.has("json")
      ? `${JSON.stringify(result)}\n`
      : `${out}: signed by the key ${result.keyId}, ${result.signatures} ${result.signatures === 1 ? "signature" : "signatures"}; content ${contentSha256}\n`,
  );
  return 0;
}

function signerOf(given: Arguments): ModuleSigner {
  const key = given.text("key");
  const command = given.text("key-command");
  const publicFile = given.text("public-key");
  if ((key === undefined) === (command === undefined))
    throw new UsageError("plugin sign takes one key", "write --key FILE, or --key-command CMD");
  if (key !== undefined) return readSigner(key);
  if (command === undefined || publicFile === undefined)
    throw new UsageError(
      "--key-command tells no public key",
      "write --public-key FILE as well: the signature is checked before it is used",
    );
  return commandSigner(command, readPublicKey(publicFile));
}

function signedModule(bytes: Uint8Array, { publicKey, sign }: ModuleSigner): Uint8Array {
  try {
    return signModule(bytes, publicKey, sign);
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    throw new CommandError(`${cause.code}: ${cause.message}`, "nothing was written", { cause });
  }
}
