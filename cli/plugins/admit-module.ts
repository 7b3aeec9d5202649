import type { AdmissionReport, AdmissionStepResult, AdmissionTrust } from "../../host/engine/index.ts";
import { admit, environments, KEYRING_BYTES_MAX } from "../../host/engine/index.ts";
import { NodeDisk } from "../../host/platform/disk/index.ts";
import { SystemClock } from "../../host/platform/index.ts";
import { JobThreads } from "../../host/platform/threads/index.ts";
import type { Arguments } from "../console/arguments.ts";
import { readPluginFile } from "./plugin-file.ts";
import { readRegularFile } from "./regular-file.ts";

const DEADLINE_MS = 10_000;
const DEADLINE_MAX_MS = 600_000;

/** `plugin admit`: takes a module through every step that a host takes it through before it runs. Status 0 only when it is admitted. */
export async function admitModule(file: string, given: Arguments): Promise<number> {
  const bytes = readPluginFile(file);
  const deadlineMs = given.integer("deadline", DEADLINE_MS, 1, DEADLINE_MAX_MS);
  const ports = { jobs: new JobThreads(), clock: new SystemClock(), disk: new NodeDisk() };
  const trust = trustOf(given, ports.clock.wallMs());
  const report = await admit({ bytes, trust, deadlineMs }, ports);
  process.stdout.write(given.has("json") ? `${jsonOf(file, report)}\n` : textOf(file, report));
  return report.isAdmitted ? 0 : 1;
}

/** Without a keyring the module is judged as in development, where nobody has to vouch for it. */
function trustOf(given: Arguments, nowMs: number): AdmissionTrust {
  const source = given.text("keyring");
  const keyring =
    source === undefined
      ? null
      : { text: readRegularFile(source, { bytesMax: KEYRING_BYTES_MAX }).toString("utf8"), source };
  const environment = given.oneOf(
    "environment",
    keyring === null ? "development" : "production",
    environments,
  );
  return { environment, account: null, instruments: null, nowMs, keyring, floorDirectory: null };
}

function jsonOf(file: string, { isAdmitted, refusal, durationMs, steps, facts }: AdmissionReport): string {
  return JSON.stringify({ file, isAdmitted, refusal, durationMs, steps, facts });
}

function textOf(file: string, { isAdmitted, refusal, durationMs, steps, facts }: AdmissionReport): string {
  const verdict = isAdmitted ? "admitted" : `REFUSED in the step ${refusal?.step ?? "?"}`;
  const lines = [`${file}: ${verdict}, ${Math.round(durationMs)} ms`, ...steps.map(lineOf)];
  if (facts !== null) {
    lines.push(`verified  ${facts.verifiedSha256}`);
    lines.push(`compiled  ${facts.meteredSha256} (metered by version ${facts.meterVersion})`);
  }
  return `${lines.join("\n")}\n`;
}

function lineOf({ step, verdict, code, text, durationMs }: AdmissionStepResult): string {
  const time = `${durationMs.toFixed(1)} ms`.padStart(11);
  return `  ${step.padEnd(12)}${verdict.padEnd(8)}${time}  ${code === null ? "" : `${code}: `}${text}`;
}
