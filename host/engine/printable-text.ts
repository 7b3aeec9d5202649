/**
 * Escapes everything but printable ASCII, so that what a plugin wrote cannot steer a terminal, forge a log
 * line or hide.
 */
export function printableText(text: string, unitsMax: number): string {
  let printable = "";
  for (let index = 0; index < text.length && index < unitsMax; index++) {
    const unit = text.charCodeAt(index);
    const plain = unit >= 0x20 && unit <= 0x7e && unit !== 0x5c;
    printable += plain ? text.charAt(index) : `\\u${unit.toString(16).padStart(4, "0")}`;
  }
  return text.length > unitsMax ? `${printable}...` : printable;
}
