import { plain } from "./text-pattern";

type Node = { name: string; parent: Node | null; value: unknown };

/** Finds the values at a path; see `argumentPath`. */
export type ArgumentTree = (path: readonly string[]) => unknown[];

/**
 * The arguments of an action by the names in them. Lists are looked through, and names are the same in any case and with
 * any signs between words (`unitPrice`, `unit_price`), so that an agent cannot walk around a rule by its spelling.
 */
export function argumentTree(given: Readonly<Record<string, unknown>>): ArgumentTree {
  const byName = new Map<string, Node[]>();
  const walk = (value: unknown, parent: Node | null): void => {
    if (value === null || typeof value !== "object") return;
    if (Array.isArray(value)) {
      for (const inner of value) walk(inner, parent);
      return;
    }
    for (const [key, inner] of Object.entries(value)) {
      const node = { name: argumentName(key), parent, value: inner };
      const same = byName.get(node.name);
      if (same) same.push(node);
      else byName.set(node.name, [node]);
      walk(inner, node);
    }
  };
  walk(given, null);
  return (path) => (byName.get(path.at(-1) ?? "") ?? []).filter((node) => stands(node, path)).flatMap((node) => leaves(node.value));
}

/** The names of a path, as `argumentTree` takes it. */
export function readPath(path: string): string[] {
  return path.split(".").map((part) => (part === "*" || part === "**" ? part : argumentName(part)));
}

function argumentName(name: string): string {
  return plain(name).replaceAll(/[\s_-]/g, "");
}

function stands(node: Node, path: readonly string[]): boolean {
  let at: Node | null = node;
  for (let index = path.length - 1; index >= 0; index--) {
    const part = path[index];
    if (part === "**") return true;
    if (!at || (part !== "*" && part !== at.name)) return false;
    at = at.parent;
  }
  return at === null;
}

/** What is found under it at any depth, so that one more pair of brackets around an amount does not hide it. */
function leaves(value: unknown): unknown[] {
  if (value === null || typeof value !== "object") return [value];
  return Object.values(value).flatMap(leaves);
}
