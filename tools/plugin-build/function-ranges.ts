import type { ParsedSource, Parser, SyntaxNode, Transform } from "assemblyscript/asc";
import type { FunctionRange } from "../../host/engine/index.ts";

/**
 * Notes where each function of each source stands while the compiler runs, and changes nothing: the optimiser inlines functions and
 * drops their names, so that a place in the module can be named only by the source around it.
 */
export class FunctionRanges implements Transform {
  readonly bySource: Map<string, FunctionRange[]> = new Map<string, FunctionRange[]>();

  afterParse(parser: Parser): void {
    for (const source of parser.sources) {
      const found: FunctionRange[] = [];
      for (const statement of source.statements) collect(source, statement, "", found);
      if (found.length > 0) this.bySource.set(source.normalizedPath, found);
    }
  }
}

/** Declarations within classes and namespaces carry their owner's name; statements that declare nothing have none. */
function collect(source: ParsedSource, node: SyntaxNode, owner: string, found: FunctionRange[]): void {
  const declaration = node.declaration ?? node;
  const own = declaration.name?.text;
  if (own === undefined) return;
  const name = owner === "" ? own : `${owner}.${own}`;
  if (declaration.signature !== undefined && declaration.body !== undefined && declaration.body !== null) {
    const { start, end } = declaration.range;
    found.push([...placeAt(source, start), ...placeAt(source, end - 1), name]);
  }
  for (const member of declaration.members ?? []) collect(source, member, name, found);
}

/** `columnAt` belongs to the position that `lineAt` was asked for. */
function placeAt(source: ParsedSource, position: number): [line: number, column: number] {
  const line = source.lineAt(position);
  return [line, source.columnAt()];
}
