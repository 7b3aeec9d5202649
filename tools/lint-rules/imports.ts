import type { AnyNode, NodeOf, Visitor } from "./rule.ts";

/** One import, re-export, dynamic import or import type, with a text known before the program runs. */
export interface ImportSite {
  readonly node: AnyNode;
  readonly specifier: string;
  /** Erased before the program runs. */
  readonly isTypeOnly: boolean;
}

/** A visitor that calls `onImport` for every import of the file, in whatever form. */
export function importVisitor(onImport: (site: ImportSite) => void): Visitor {
  return {
    ImportDeclaration(node: NodeOf<"ImportDeclaration">): void {
      onImport({ node: node.source, specifier: node.source.value, isTypeOnly: node.importKind === "type" });
    },
    ExportNamedDeclaration(node: NodeOf<"ExportNamedDeclaration">): void {
      if (node.source === null) return;
      onImport({ node: node.source, specifier: node.source.value, isTypeOnly: node.exportKind === "type" });
    },
    ExportAllDeclaration(node: NodeOf<"ExportAllDeclaration">): void {
      onImport({ node: node.source, specifier: node.source.value, isTypeOnly: node.exportKind === "type" });
    },
    ImportExpression(node: NodeOf<"ImportExpression">): void {
      if (node.source.type !== "Literal" || typeof node.source.value !== "string") return;
      onImport({ node: node.source, specifier: node.source.value, isTypeOnly: false });
    },
    TSImportType(node: NodeOf<"TSImportType">): void {
      onImport({ node: node.source, specifier: node.source.value, isTypeOnly: true });
    },
  };
}
