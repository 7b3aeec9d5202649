const keyForm =
  '"key": {"apiKey": "…", "from": {"file": "PATH"}, "label": "simulation", "testnet" or "production"}';

/** Keys that a configuration once had, and what to write in their place. A name that stands here is never used again [O3]. */
const retired: ReadonlyMap<string, string> = new Map([
  ["privateKeyFile", `the key "privateKeyFile" is retired; write ${keyForm} in this venue instead`],
  ["apiKey", `the key "apiKey" has moved; write ${keyForm} in this venue instead`],
]);

/** The text for a key that is unknown because it is retired; undefined for one that never was. */
export function retiredKeyText(key: string): string | undefined {
  return retired.get(key);
}
