import type { ProofAsked } from "./proof-context";

/** What an action answers, as far as a form needs to know it. */
export type ActionResult<T> = { ok: true; value: T } | { ok: false; error: ActionFailure };

export interface ActionFailure {
  code: string;
  message: string;
  hint?: string;
  fields?: Record<string, string>;
  /** Asked again once this was proved, it goes on. */
  freshProof?: ProofAsked;
  requestId?: string;
}

/** A server action made of one verb. Its first argument is the state that `useActionState` would pass; it is not read. */
export type FormAction<T> = (state: null, input: FormData | Record<string, unknown>) => Promise<ActionResult<T>>;

/** The error of a field, also when it is about one of the field's items ("roles.2"). */
export function fieldError(fields: Record<string, string>, name: string): string | undefined {
  const bare = bareName(name);
  const key = bare in fields ? bare : Object.keys(fields).find((path) => path.startsWith(`${bare}.`));
  return key === undefined ? undefined : fields[key];
}

/** A list's control is named `roles[]` so that one value is a list too; errors call it `roles`. */
export function bareName(name: string): string {
  return name.endsWith("[]") ? name.slice(0, -2) : name;
}

/** Fills `:name` in an address with that property of a value: "/agents/:id". */
export function fillAddress(template: string, value: unknown): string {
  return template.replace(/:([a-zA-Z]+)/g, (_, name: string) => {
    const part = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
    if (typeof part !== "string" && typeof part !== "number") throw new Error(`The result has no "${name}" for the address ${template}.`);
    return encodeURIComponent(part);
  });
}
