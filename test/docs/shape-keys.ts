type Members = ReadonlyMap<string, string>;

/** The leaves of an interface of a source file, by path: lists as `key[].member`, records and lists of plain values as leaves. */
export function shapeKeys(source: string, root: string): string[] {
  const code = source.replaceAll(/\/\*\*[\s\S]*?\*\//g, "");
  const interfaces = new Map(readInterfaces(code));
  // A choice of interfaces has the keys of all of them.
  for (const [, name = "", choices = ""] of code.matchAll(/type (\w+) = ((?:\w+ \| )+\w+);/g)) {
    const members = choices.split(" | ").flatMap((choice) => [...(interfaces.get(choice) ?? [])]);
    interfaces.set(name, new Map(members));
  }
  const walk = (path: string, type: string): string[] => {
    const text = type.trim();
    const listOf = /^readonly (\w+)\[\]$/.exec(text)?.[1];
    const members = text.startsWith("{") ? readMembers(text.slice(1, -1)) : interfaces.get(listOf ?? text);
    if (members === undefined) return [path];
    const prefix = `${path}${listOf === undefined ? "" : "[]"}${path === "" ? "" : "."}`;
    return [...members].flatMap(([name, member]) => walk(`${prefix}${name}`, member));
  };
  return walk("", root);
}

function readInterfaces(source: string): ReadonlyMap<string, Members> {
  const found = new Map<string, Members>();
  for (const [, name = "", parent, body = ""] of source.matchAll(
    /interface (\w+)(?: extends (\w+))? \{\n([\s\S]*?)\n\}/g,
  )) {
    found.set(name, new Map([...(found.get(parent ?? "") ?? []), ...readMembers(body)]));
  }
  return found;
}

/** Members are parted by semicolons outside of braces. */
function readMembers(body: string): Members {
  const members = new Map<string, string>();
  let depth = 0;
  let text = "";
  for (const character of `${body};`) {
    depth += character === "{" ? 1 : character === "}" ? -1 : 0;
    if (character !== ";" || depth > 0) {
      text += character;
      continue;
    }
    const [, name, type] = /^\s*readonly (\w+)\??: ([\s\S]+)$/.exec(text) ?? [];
    if (name !== undefined && type !== undefined) members.set(name, type);
    text = "";
  }
  return members;
}
