import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** The files of each client that the portal gives out, by language. They are the same for everybody and hold no secret. */
export const clientFiles = {
  typescript: ["client.ts", "errors.ts", "http.ts", "read-events.ts", "types.ts"],
  python: ["countersign.py"],
} as const;

const examples = { typescript: "ts", python: "py", curl: "sh" } as const;
type Language = keyof typeof examples;

/** One file of a client; null for a name that is none. */
export async function clientFile(language: string, file: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const known: Record<string, readonly string[]> = clientFiles;
  if (!Object.hasOwn(known, language)) return null;
  if (known[language]?.includes(file)) return new Uint8Array(await readFile(path.join(process.cwd(), "clients", language, file)));
  const made = language === "typescript" ? await madePackage() : null;
  return made?.file === file ? made.bytes : null;
}

/** What a reader of a language downloads, with the SHA-256 of it, hexadecimal; null where the portal was not built. */
export async function clientDownload(language: Exclude<Language, "curl">): Promise<{ file: string; sha256: string } | null> {
  const found = language === "typescript" ? await madePackage() : { file: "countersign.py", bytes: await clientFile("python", "countersign.py") };
  return found?.bytes ? { file: found.file, sha256: createHash("sha256").update(found.bytes).digest("hex") } : null;
}

/** The npm package of the TypeScript client, which is made with the build. */
async function madePackage(): Promise<{ file: string; bytes: Uint8Array<ArrayBuffer> } | null> {
  const folder = path.join(process.cwd(), ".next/clients");
  const names = await readdir(folder).catch(() => []);
  const file = names.find((name) => name.endsWith(".tgz"));
  return file ? { file, bytes: new Uint8Array(await readFile(path.join(folder, file))) } : null;
}

/** The first steps in each language and what comes after them, as they are tried by the tests; the client is imported as its reader has it. */
export async function exampleOf(language: Language, name: "quickstart" | "more"): Promise<string> {
  const text = await readFile(path.join(process.cwd(), "clients/examples", `${name}.${examples[language]}`), "utf8");
  return text.replace("../typescript/client.js", "@countersign/client");
}
