import { repositoryPath } from "./rule.ts";
import type { AnyNode, NodeOf, Rule, RuleContext, Visitor } from "./rule.ts";

/** Methods which allocate their result, or call back for each element. */
const ALLOCATING_METHODS: ReadonlySet<string> = new Set([
  "bind",
  "concat",
  "filter",
  "flatMap",
  "forEach",
  "join",
  "map",
  "padStart",
  "push",
  "reduce",
  "slice",
  "splice",
  "split",
  "subarray",
  "substring",
  "toFixed",
  "toString",
  "unshift",
]);

const KEYED_COLLECTIONS: ReadonlySet<string> = new Set([
  "Map",
  "Set",
  "WeakMap",
  "WeakSet",
  "ReadonlyMap",
  "ReadonlySet",
]);

type Report = (node: AnyNode, what: string) => void;

/**
 * What runs for each event allocates nothing: a collection at the wrong tick costs more than the whole step. Constructors
 * and the top level of the module run once and may do as they like.
 */
export const hotDialect: Rule = {
  meta: {
    type: "problem",
    docs: { description: "files named *.hot.ts keep to the dialect of the hot path" },
  },
  create(context) {
    if (!repositoryPath(context).endsWith(".hot.ts")) return {};
    const report: Report = (node, what) => {
      if (runsOnce(node)) return;
      context.report({
        node,
        message: `${what} in a hot file: preallocate in the constructor, or move the code to a cold file`,
      });
    };
    return { ...closures(report), ...controlFlow(report), ...literals(report), ...keyedFields(context) };
  },
};

// Climbs to the function around the node. None is the module's top level or the initial value of a field.
function runsOnce(node: AnyNode): boolean {
  for (let at = node.parent; at !== null; at = at.parent) {
    if (at.type === "FunctionDeclaration" || at.type === "ArrowFunctionExpression") return false;
    if (at.type !== "FunctionExpression") continue;
    return at.parent.type === "MethodDefinition" && at.parent.kind === "constructor";
  }
  return true;
}

function closures(report: Report): Visitor {
  return {
    ArrowFunctionExpression: (node) => report(node, "a closure"),
    FunctionDeclaration(node: NodeOf<"FunctionDeclaration">): void {
      report(node, "a closure");
      if (node.async || node.generator) reportBody(report, node, "an async function or generator");
    },
    FunctionExpression(node: NodeOf<"FunctionExpression">): void {
      if (node.parent.type !== "MethodDefinition") report(node, "a closure");
      if (node.async || node.generator) reportBody(report, node, "an async function or generator");
    },
  };
}

// A function counts as running once or not by what is around it; its body is what runs for each event.
function reportBody(report: Report, node: NodeOf<"FunctionDeclaration">, what: string): void {
  if (node.body !== null) report(node.body, what);
}

function controlFlow(report: Report): Visitor {
  return {
    TryStatement: (node) => report(node, "try"),
    ThrowStatement: (node) => report(node, "throw"),
    ForOfStatement: (node) => report(node, "for-of"),
    ForInStatement: (node) => report(node, "for-in"),
    AwaitExpression: (node) => report(node, "await"),
    YieldExpression: (node) => report(node, "yield"),
    NewExpression: (node) => report(node, "new"),
    SpreadElement: (node) => report(node, "spread"),
    RestElement: (node) => report(node, "a rest element"),
    ArrayPattern: (node) => report(node, "array destructuring, which iterates,"),
    CallExpression(node: NodeOf<"CallExpression">): void {
      if (node.callee.type !== "MemberExpression" || node.callee.computed) return;
      const { property } = node.callee;
      if (property.type === "Identifier" && ALLOCATING_METHODS.has(property.name))
        report(node, `.${property.name}()`);
    },
  };
}

function literals(report: Report): Visitor {
  return {
    TemplateLiteral(node: NodeOf<"TemplateLiteral">): void {
      if (!node.parent.type.startsWith("TS")) report(node, "a template literal");
    },
    ArrayExpression: (node) => report(node, "an array literal"),
    ObjectExpression: (node) => report(node, "an object literal"),
    Literal(node: NodeOf<"Literal">): void {
      if ("bigint" in node) report(node, "a BigInt");
      if ("regex" in node) report(node, "a regular expression");
    },
    BinaryExpression(node: NodeOf<"BinaryExpression">): void {
      if (node.operator === "+" && (isText(node.left) || isText(node.right)))
        report(node, "string concatenation");
    },
    AssignmentExpression(node: NodeOf<"AssignmentExpression">): void {
      if (node.operator === "+=" && isText(node.right)) report(node, "string concatenation");
    },
  };
}

function isText(node: AnyNode): boolean {
  return (node.type === "Literal" && typeof node.value === "string") || node.type === "TemplateLiteral";
}

// A field is reached from the hot path whoever fills it, so the allowance for what runs once does not cover it.
function keyedFields(context: RuleContext): Visitor {
  return {
    PropertyDefinition(node: NodeOf<"PropertyDefinition">): void {
      const name = annotatedType(node) ?? constructedType(node);
      if (name === undefined || !KEYED_COLLECTIONS.has(name)) return;
      context.report({
        node,
        message: `a field of type ${name} in a hot file: index a preallocated typed array`,
      });
    },
  };
}

function annotatedType(node: NodeOf<"PropertyDefinition">): string | undefined {
  const annotation = node.typeAnnotation?.typeAnnotation;
  if (annotation?.type !== "TSTypeReference" || annotation.typeName.type !== "Identifier") return undefined;
  return annotation.typeName.name;
}

function constructedType(node: NodeOf<"PropertyDefinition">): string | undefined {
  return node.value?.type === "NewExpression" && node.value.callee.type === "Identifier"
    ? node.value.callee.name
    : undefined;
}
