/** Whether a value has a shape. What a file says is looked at before anything is made of it. */
export type Shape = (value: unknown) => boolean;

export const isText: Shape = (value) => typeof value === "string";
export const isHash: Shape = (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
export const isCount: Shape = (value) => Number.isSafeInteger(value) && Number(value) >= 0;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const nullOr = (shape: Shape): Shape => (value) => value === null || shape(value);
export const maybe = (shape: Shape): Shape => (value) => value === undefined || shape(value);
export const oneOf = (...values: readonly unknown[]): Shape => (value) => values.includes(value);
export const listOf = (shape: Shape, most: number): Shape => (value) => Array.isArray(value) && value.length <= most && value.every(shape);

/** An object with these members; `others`: whether it may have more. */
export function objectOf(members: Record<string, Shape>, { others = false } = {}): Shape {
  return (value) => isRecord(value) && Object.entries(members).every(([name, shape]) => shape(value[name])) && (others || Object.keys(value).every((name) => Object.hasOwn(members, name)));
}

/** The text as JSON; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
