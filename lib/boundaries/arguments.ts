export type NamedText = { where: string; text: string };

/** What an object under such a key is named by. */
const naming = ["name", "path", "address", "email", "id", "number"];

/** Every text below a key of one of these names, at any depth; of objects there, what names them. */
export function textsUnder(args: Record<string, unknown>, keys: readonly string[]): NamedText[] {
  const found: NamedText[] = [];
  const look = (value: unknown, where: string, wanted: boolean): void => {
    if (typeof value === "string") {
      if (wanted) found.push({ where, text: value });
    } else if (Array.isArray(value)) {
      value.forEach((inner, at) => look(inner, `${where}.${at}`, wanted));
    } else if (value !== null && typeof value === "object") {
      for (const [key, inner] of Object.entries(value)) {
        const name = oneName(key);
        look(inner, `${where}.${key}`, keys.includes(name) || (wanted && naming.includes(name)));
      }
    }
  };
  look(args, "arguments", false);
  return found;
}

/** `filePath`, `FILE_PATH` and `file-path` are one name. */
function oneName(key: string): string {
  return key.normalize("NFKC").toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}
