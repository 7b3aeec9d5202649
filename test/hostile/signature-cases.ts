import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AdmissionTrust, EngineErrorCode } from "../../host/engine/index.ts";
import { readModuleSignature, VersionFloor } from "../../host/engine/index.ts";
import type { HashSet } from "../../host/engine/signing/signature-layout.ts";
import { signatureData, signatureSection } from "../../host/engine/signing/signature-writer.ts";
import { NodeDisk } from "../../host/platform/disk/index.ts";
import { withCustomSection } from "../host/engine/sample-module.ts";
import { signedBy } from "../support/signing-desk.ts";
import type { TestKey } from "../support/signing-desk.ts";
import {
  expired,
  future,
  keyringFile,
  plugin,
  quant,
  requestOf,
  revoked,
  riskOne,
  signedPlugin,
  stagingOnly,
  stranger,
  trustOf,
  venue,
} from "./hostile-desk.ts";
import type { HostileCase } from "./hostile-case.ts";

type Trust = Partial<AdmissionTrust>;

function signature(name: string, fault: string, code: EngineErrorCode, bytes: () => Uint8Array): HostileCase {
  return { name, fault, step: "signature", code, request: () => requestOf(bytes()) };
}

function role(name: string, code: EngineErrorCode, bytes: () => Uint8Array): HostileCase {
  return { name, fault: "S15", step: "role", code, request: () => requestOf(bytes()) };
}

function bound(
  name: string,
  fault: string,
  code: EngineErrorCode,
  manifest: Readonly<Record<string, unknown>>,
  trust: () => Trust = () => ({}),
): HostileCase {
  const request = (): HostileCase["request"] extends () => infer Request ? Request : never =>
    requestOf(signedPlugin({ manifest }), trust());
  return { name, fault, step: "manifest", code, request };
}

/** The agent, signed by a key of its own. */
function agentBy(...keys: readonly TestKey[]): Uint8Array {
  return signedBy(plugin(), ...keys);
}

const parts = readModuleSignature(agentBy(quant));
const own: HashSet = { hashes: parts.hashes, signatures: parts.records };

/** The agent with another signature section. */
function withSets(...sets: readonly HashSet[]): Uint8Array {
  return spliced(signatureSection(sets));
}

function spliced(section: Uint8Array): Uint8Array {
  const bytes = plugin();
  return new Uint8Array(Buffer.concat([bytes.subarray(0, 8), section, bytes.subarray(8)]));
}

/** The agent with these bytes in its signature section. */
function withData(change: (data: Buffer) => Uint8Array): Uint8Array {
  const data = change(Buffer.from(signatureData([own])));
  const section = withCustomSection(new Uint8Array(0), "signature", data);
  return spliced(section);
}

/** Another agent, with the signatures of the first. */
function grafted(): Uint8Array {
  const other = plugin({ manifest: { version: "9.9.9" } });
  return new Uint8Array(Buffer.concat([other.subarray(0, 8), signatureSection([own]), other.subarray(8)]));
}

/** A floor that has seen version 1.2.3 of the plugin, with other content. */
function usedFloor(): string {
  const directory = mkdtempSync(join(tmpdir(), "sandpit-floor-"));
  const candidate = { name: "sample", version: "1.2.3", contentSha256: "a".repeat(64) };
  new VersionFloor(new NodeDisk(), directory).raise([candidate]);
  return directory;
}

const flipped = (): Uint8Array => {
  const bytes = agentBy(quant);
  // In the description, which is text: the module stays one.
  const at = Buffer.from(bytes).indexOf("a plugin of the tests");
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
};

const forged = (): Uint8Array => {
  const [record] = parts.records;
  const wrong = Uint8Array.from(record?.signature ?? [], (byte, index) => (index === 0 ? byte ^ 1 : byte));
  return withSets({ hashes: parts.hashes, signatures: [{ keyId: record?.keyId ?? "", signature: wrong }] });
};

const extended = (): Uint8Array => {
  const delimited = withCustomSection(agentBy(quant), "signature_delimiter", new Uint8Array(16));
  return withCustomSection(delimited, "more", "code of somebody else");
};

const repeated: HashSet = { hashes: parts.hashes, signatures: [...parts.records, ...parts.records] };

/** Modules that nobody, or the wrong ones, vouch for. */
export const signatureCases: readonly HostileCase[] = [
  signature("an unsigned module", "S1", "SANDPIT_SIGNATURE_MISSING", () => plugin()),
  signature("a key that nobody knows", "S3", "SANDPIT_SIGNATURE_KEY_UNKNOWN", () => agentBy(stranger)),
  signature("a good signature and one by a stranger", "S3", "SANDPIT_SIGNATURE_KEY_UNKNOWN", () =>
    agentBy(quant, stranger),
  ),
  signature("a revoked key", "S15", "SANDPIT_SIGNATURE_KEY_REVOKED", () => agentBy(revoked)),
  signature("an expired key", "S3", "SANDPIT_SIGNATURE_KEY_EXPIRED", () => agentBy(expired)),
  signature("a key that is not valid yet", "S3", "SANDPIT_SIGNATURE_KEY_NOT_YET_VALID", () =>
    agentBy(future),
  ),
  signature("a key of another environment", "S3", "SANDPIT_SIGNATURE_KEY_ENVIRONMENT", () =>
    agentBy(stagingOnly),
  ),
  signature("the signature of another module", "S4", "SANDPIT_SIGNATURE_HASH_MISMATCH", grafted),
  signature("a bit flipped in the manifest", "S5", "SANDPIT_SIGNATURE_HASH_MISMATCH", flipped),
  signature("a section appended after the signing", "S6", "SANDPIT_SIGNATURE_HASH_MISMATCH", () =>
    withCustomSection(agentBy(quant), "more", "code of somebody else"),
  ),
  signature("a bit flipped in the signature", "S5", "SANDPIT_SIGNATURE_INVALID", forged),
  signature("a signature over the first part alone", "S6", "SANDPIT_SIGNATURE_PARTIAL", extended),
  signature("two signature sections", "S6", "SANDPIT_SIGNATURE_REPEATED", () =>
    withCustomSection(agentBy(quant), "signature", signatureData([own])),
  ),
  signature("a signature section at the end", "S6", "SANDPIT_SIGNATURE_MISPLACED", () =>
    withCustomSection(plugin(), "signature", signatureData([own])),
  ),
  signature("an empty signature section", "S2", "SANDPIT_SIGNATURE_MALFORMED", () =>
    withData(() => new Uint8Array(0)),
  ),
  signature("bytes behind the signatures", "S6", "SANDPIT_SIGNATURE_TRAILING_BYTES", () =>
    withData((data) => Buffer.concat([data, Buffer.of(0)])),
  ),
  signature("a number that is longer than it needs to be", "S6", "SANDPIT_SIGNATURE_LENGTH_FORM", () =>
    withData((data) => Buffer.concat([data.subarray(0, 3), Buffer.of(0x81, 0), data.subarray(4)])),
  ),
  signature("another hash function", "S11", "SANDPIT_SIGNATURE_UNSUPPORTED", () =>
    withData((data) => Buffer.concat([data.subarray(0, 2), Buffer.of(2), data.subarray(3)])),
  ),
  signature("a claim of two billion sets", "P5", "SANDPIT_SIGNATURE_LIMIT_EXCEEDED", () =>
    withData((data) => Buffer.concat([data.subarray(0, 3), Buffer.of(0xff, 0xff, 0xff, 0xff, 7)])),
  ),
  signature("one signature twice", "S15", "SANDPIT_SIGNATURE_DUPLICATE", () => withSets(repeated)),
  {
    name: "a revoked module",
    fault: "S15",
    step: "signature",
    code: "SANDPIT_SIGNATURE_MODULE_REVOKED",
    request: () => {
      const keyring = {
        ...keyringFile,
        revoked: { keys: [], modules: [{ sha256: parts.contentSha256, reason: "loses money" }] },
      };
      return { bytes: agentBy(quant), trust: trustOf({}, keyring) };
    },
  },
  role("an agent signed by the desk of the venues", "SANDPIT_SIGNATURE_KEY_ROLE", () => agentBy(venue)),
  role("a risk rule with one signature", "SANDPIT_SIGNATURE_THRESHOLD", () =>
    signedBy(plugin({ kind: "risk" }), riskOne),
  ),
  role("a risk rule signed by a quant", "SANDPIT_SIGNATURE_KEY_ROLE", () =>
    signedBy(plugin({ kind: "risk" }), riskOne, quant),
  ),
  bound("a module for staging", "S9", "SANDPIT_SIGNATURE_ENVIRONMENT", { environments: ["staging"] }),
  bound("a module for another account", "S9", "SANDPIT_SIGNATURE_ACCOUNT", { accounts: ["desk-1"] }),
  bound("a module for other instruments", "S9", "SANDPIT_SIGNATURE_INSTRUMENT", { instruments: ["ETHUSDT"] }),
  bound("a module past its expiry", "S8", "SANDPIT_SIGNATURE_MODULE_EXPIRED", {
    expires: "2026-11-01T00:00:00Z",
  }),
  bound("a module before its time", "S8", "SANDPIT_SIGNATURE_MODULE_NOT_YET_VALID", {
    notBefore: "2027-01-01T00:00:00Z",
  }),
  bound("a version below the keyring's least", "S7", "SANDPIT_SIGNATURE_VERSION_BELOW_FLOOR", {
    name: "antique",
  }),
  bound("a version that has run with other content", "S7", "SANDPIT_SIGNATURE_VERSION_REUSED", {}, () => ({
    floorDirectory: usedFloor(),
  })),
  {
    name: "a module in the place of another plugin",
    fault: "S4",
    step: "manifest",
    code: "SANDPIT_SIGNATURE_NAME",
    request: () => ({ ...requestOf(signedPlugin()), name: "other" }),
  },
];
