import type { PluginModule } from "../engine/index.ts";
import { RecordType } from "../journal/index.ts";
import type { Lane } from "../lane/index.ts";
import { PluginChangeError } from "../lane/index.ts";
import { pluginRecord } from "./session-records.ts";

/** Journals a module that the journal does not have yet (`journalled`: SHA-256 of those that it has). Throws PluginChangeError where it is refused. */
export function journalModule(
  journal: Lane["parts"]["journal"],
  journalled: Set<string>,
  { verifiedSha256, bytes, manifest }: PluginModule,
): void {
  if (journalled.has(verifiedSha256)) return;
  const record = pluginRecord(manifest.name, bytes);
  const code = journal.note(RecordType.PLUGIN, 0, record, 0, record.length);
  if (code < 0)
    throw new PluginChangeError(
      "SANDPIT_PLUGIN_JOURNAL",
      `the journal refuses the module ${manifest.name} ${manifest.version} with code ${code}, and without it no replay could follow; see the journal's disk`,
    );
  journalled.add(verifiedSha256);
}
