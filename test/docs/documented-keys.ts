/** One row of the tables in docs/configuration.md. */
export interface DocumentedKey {
  /** For example `instruments[].limits.openOrdersMax`. */
  readonly key: string;
  readonly type: string;
  readonly form: string;
  /** `refused`, or what counts in its place. */
  readonly absent: string;
}

const ROW = /^\| `([\w.[\]]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|/gm;

/** The keys that a page has in its tables, in its order. */
export function documentedKeys(page: string): DocumentedKey[] {
  return [...page.matchAll(ROW)].map(([, key = "", type = "", form = "", absent = ""]) => ({
    key,
    type: type.trim(),
    form: form.trim(),
    absent: absent.trim(),
  }));
}

/** What a numeric key accepts, both ends included; null where the row gives no range. */
export function numericRange({
  type,
  form,
}: DocumentedKey): { readonly least: number; readonly most: number; readonly isInteger: boolean } | null {
  if (type !== "integer" && type !== "number" && type !== "seconds") return null;
  const match = /^(?:([\d.]+)|up) to ([\d.]+)$/.exec(form);
  if (match === null) throw new Error(`"${form}" is no range: write "1 to 64" or "up to 86400"`);
  return {
    least: Number(match[1] ?? Number.MIN_VALUE),
    most: Number(match[2]),
    isInteger: type === "integer",
  };
}
