import { importVisitor } from "./imports.ts";
import { isTest, repositoryPath } from "./rule.ts";
import type { AnyNode, NodeOf, Rule, RuleContext } from "./rule.ts";
import {
  CRYPTO_RANDOM,
  GLOBAL_PORTS,
  MEMBER_PORTS,
  MODULE_PORTS,
  isDeterministic,
  remedyFor,
} from "./world.ts";
import type { Port } from "./world.ts";

/** Where the file's values that no declaration of it binds begin. */
type Globals = ReadonlySet<number>;
type Ban = (node: AnyNode, name: string, port: Port) => void;

const GLOBAL_OBJECTS: ReadonlySet<string> = new Set(["globalThis", "global", "self"]);

/** The clock, timers, randomness, files, sockets and threads are reached through the ports of host/platform/ alone. */
export const platformBan: Rule = {
  meta: { type: "problem", docs: { description: "nothing outside host/platform/ touches the world" } },
  create(context) {
    const path = repositoryPath(context);
    if (isTest(path) || !isDeterministic(path)) return {};
    const ban: Ban = (node, name, port) => context.report({ node, message: remedyFor(path, name, port) });
    const cryptoNames = new Set<string>();
    const globals = new Set<number>();
    return {
      ...importVisitor(({ node, specifier, isTypeOnly }) => {
        const port = MODULE_PORTS.get(moduleName(specifier));
        if (port !== undefined && !isTypeOnly) ban(node, specifier, port);
      }),
      ImportDeclaration(node: NodeOf<"ImportDeclaration">): void {
        if (node.importKind === "type") return;
        const port = MODULE_PORTS.get(moduleName(node.source.value));
        if (port !== undefined) ban(node.source, node.source.value, port);
        if (moduleName(node.source.value) === "crypto") checkCryptoImport(node, cryptoNames, ban);
      },
      Program(): void {
        collectGlobals(context, globals);
      },
      Identifier(node: NodeOf<"Identifier">): void {
        const port = GLOBAL_PORTS.get(node.name);
        if (port !== undefined && globals.has(node.start)) ban(node, node.name, port);
      },
      MemberExpression(node: NodeOf<"MemberExpression">): void {
        checkMember(node, globals, cryptoNames, ban);
      },
      VariableDeclarator(node: NodeOf<"VariableDeclarator">): void {
        checkDestructuring(node, globals, ban);
      },
    };
  },
};

function moduleName(specifier: string): string {
  return specifier.replace(/^node:/, "").split("/")[0] ?? "";
}

function checkCryptoImport(node: NodeOf<"ImportDeclaration">, cryptoNames: Set<string>, ban: Ban): void {
  for (const specifier of node.specifiers) {
    if (specifier.type !== "ImportSpecifier") {
      cryptoNames.add(specifier.local.name);
      continue;
    }
    const name =
      specifier.imported.type === "Identifier" ? specifier.imported.name : specifier.imported.value;
    if (CRYPTO_RANDOM.has(name)) ban(specifier, `crypto.${name}`, "Random");
  }
}

function checkMember(
  node: NodeOf<"MemberExpression">,
  globals: Globals,
  cryptoNames: Set<string>,
  ban: Ban,
): void {
  if (node.object.type !== "Identifier") return;
  const property = propertyName(node);
  if (property === undefined) return;
  const object = node.object.name;
  if (cryptoNames.has(object) && CRYPTO_RANDOM.has(property)) ban(node, `crypto.${property}`, "Random");
  if (!globals.has(node.object.start)) return;
  const name = `${object}.${property}`;
  const port =
    MEMBER_PORTS.get(name) ?? (GLOBAL_OBJECTS.has(object) ? GLOBAL_PORTS.get(property) : undefined);
  if (port !== undefined) ban(node, name, port);
}

// `const { random } = Math` takes the same thing out by another door.
function checkDestructuring(node: NodeOf<"VariableDeclarator">, globals: Globals, ban: Ban): void {
  if (node.id.type !== "ObjectPattern" || node.init?.type !== "Identifier") return;
  const object = node.init.name;
  if (!globals.has(node.init.start)) return;
  for (const property of node.id.properties) {
    if (property.type !== "Property" || property.key.type !== "Identifier") continue;
    const key = property.key.name;
    const port =
      MEMBER_PORTS.get(`${object}.${key}`) ??
      (GLOBAL_OBJECTS.has(object) ? GLOBAL_PORTS.get(key) : undefined);
    if (port !== undefined) ban(property, `${object}.${key}`, port);
  }
}

function propertyName(node: NodeOf<"MemberExpression">): string | undefined {
  if (!node.computed) return node.property.type === "Identifier" ? node.property.name : undefined;
  return node.property.type === "Literal" && typeof node.property.value === "string"
    ? node.property.value
    : undefined;
}

// A parameter or import of the same name is no global, and a type of that name (a parameter of type Date) is erased.
function collectGlobals(context: RuleContext, globals: Set<number>): void {
  const scope = context.sourceCode.scopeManager.globalScope;
  if (scope === null) return;
  const undeclared = scope.variables.filter((variable) => variable.defs.length === 0);
  for (const reference of [...scope.through, ...undeclared.flatMap((variable) => variable.references)]) {
    const { parent } = reference.identifier;
    if (parent.type.startsWith("TSType") || parent.type === "TSQualifiedName") continue;
    globals.add(reference.identifier.start);
  }
}
