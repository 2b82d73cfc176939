/**
 * The attributes of an object that are known here, under our spelling: names of SCIM are compared without case (RFC 7643,
 * section 2.1). Others are left out, as a service may. What is no object is given back for the schema to refuse.
 */
export function known(value: unknown, names: readonly string[]): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  const spelled = new Map(names.map((name) => [name.toLowerCase(), name]));
  const found = new Map<string, unknown>();
  for (const [key, each] of Object.entries(value)) {
    const name = spelled.get(key.toLowerCase());
    if (name !== undefined) found.set(name, each);
  }
  return Object.fromEntries(found);
}
