/** An element as the parser gives it: attributes and children by name. */
export type Xml = Record<string, unknown>;

/** The children of one name: the parser gives a lone child bare and several as an array. */
export function list(value: unknown): Xml[] {
  if (value === undefined || value === "") return [];
  return Array.isArray(value) ? (value as Xml[]) : [value as Xml];
}

/** A required attribute. */
export function string(xml: Xml, name: string): string {
  const value = xml[name];
  if (typeof value !== "string")
    throw new Error(`abi: attribute "${name}" is missing in ${JSON.stringify(xml).slice(0, 80)}`);
  return value;
}

/** An attribute that may be left out. */
export function optional(xml: Xml, name: string): string {
  const value = xml[name];
  return typeof value === "string" ? value : "";
}
