import { readFile } from "node:fs/promises";
import path from "node:path";

/** The files of each client that the portal gives out, by language. They are the same for everybody and hold no secret. */
export const clientFiles = {
  typescript: ["client.ts", "errors.ts", "http.ts", "read-events.ts", "types.ts"],
  python: ["countersign.py"],
} as const;

const examples = { typescript: "quickstart.ts", python: "quickstart.py", curl: "quickstart.sh" } as const;

/** One file of a client; null for a name that is none. */
export async function clientFile(language: string, file: string): Promise<string | null> {
  const known: Record<string, readonly string[]> = clientFiles;
  if (!Object.hasOwn(known, language) || !known[language]?.includes(file)) return null;
  return readFile(path.join(process.cwd(), "clients", language, file), "utf8");
}

/** The first steps in each language, as they are tried by the tests; the client is imported from where the reader puts it. */
export async function quickStarts(): Promise<Record<keyof typeof examples, string>> {
  const read = (name: string) => readFile(path.join(process.cwd(), "clients/examples", name), "utf8");
  const [typescript, python, curl] = await Promise.all([read(examples.typescript), read(examples.python), read(examples.curl)]);
  return { typescript: typescript.replace("../typescript/client.js", "./client.js"), python, curl };
}
