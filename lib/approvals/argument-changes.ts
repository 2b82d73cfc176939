import { maskMark } from "./mask";

/** One edited place in an action's arguments: a new value, or without one that it is left out. */
export type ArgumentChange = { path: (string | number)[]; value?: unknown };

export type Diff = { ok: true; changes: ArgumentChange[] } | { ok: false; message: string };

type Plain = { [key: string]: unknown };
const isPlain = (value: unknown): value is Plain => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * What was edited, in as few places as there are. Hidden values that were left alone are no change, so that what a person
 * was never shown stays as it is; a change that would have to carry one is refused.
 */
export function diffArguments(before: unknown, after: unknown): Diff {
  const changes: ArgumentChange[] = [];
  walk(before, after, [], changes);
  const hidden = changes.find(({ value }) => value !== undefined && JSON.stringify(value).includes(maskMark));
  if (!hidden) return { ok: true, changes };
  return { ok: false, message: `${pointer(hidden.path)} would carry a value that is hidden here. Leave what is hidden where it is, or replace all of it.` };
}

function walk(before: unknown, after: unknown, path: (string | number)[], changes: ArgumentChange[]): void {
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  if (isPlain(before) && isPlain(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      if (!Object.hasOwn(after, key)) changes.push({ path: [...path, key] });
      else if (!Object.hasOwn(before, key)) changes.push({ path: [...path, key], value: after[key] });
      else walk(before[key], after[key], [...path, key], changes);
    }
    return;
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    before.forEach((item, at) => walk(item, after[at], [...path, at], changes));
    return;
  }
  changes.push({ path, value: after });
}

/** A copy of the arguments with the changes made. Null: a change names a place that is not there. */
export function applyChanges(args: Plain, changes: readonly ArgumentChange[]): Plain | null {
  const copy: Plain = structuredClone(args);
  return changes.every((change) => applyOne(copy, change)) ? copy : null;
}

function applyOne(root: Plain, { path, value }: ArgumentChange): boolean {
  const last = path.at(-1);
  if (last === undefined || path.includes("__proto__")) return false;
  let holder: unknown = root;
  for (const step of path.slice(0, -1)) {
    if (isPlain(holder) && typeof step === "string" && Object.hasOwn(holder, step)) holder = holder[step];
    else if (Array.isArray(holder) && typeof step === "number") holder = holder[step];
    else return false;
  }
  if (Array.isArray(holder) && typeof last === "number" && last < holder.length && value !== undefined) holder[last] = value;
  else if (!isPlain(holder) || typeof last !== "string") return false;
  else if (value !== undefined) holder[last] = value;
  else if (Object.hasOwn(holder, last)) delete holder[last];
  else return false;
  return true;
}

/** RFC 6901, for people and for the audit. */
export function pointer(path: readonly (string | number)[]): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
