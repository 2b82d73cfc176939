import { createHash } from "node:crypto";
import { z } from "zod";
import { isSandboxTool, sandboxTools } from "@/lib/actions/sandbox-arguments";
import { maskJson, maskText } from "./mask";

const longestString = 20_000;
const longestJson = 300_000;
const previewLength = 2_000;

export type ShownFile = { name: string; size: number; sha256: string; preview: string | null; more: boolean };

/** Arguments as a person reads them before a decision. */
export type ShownArguments = {
  /** The program, where there is one. */
  code: { language: string; text: string } | null;
  files: ShownFile[];
  /** Of every argument, in order. */
  names: string[];
  /** Everything else, in the agent's own shape. */
  rest: unknown;
  /** Secrets that are hidden here, and covered by the approval all the same. */
  maskedCount: number;
  /** Whether something long was cut for the page. */
  shortened: boolean;
  bytes: number;
};

const FileArgument = z
  .object({ name: z.string(), content: z.string().optional(), contentBase64: z.string().optional() })
  .refine((file) => file.content !== undefined || file.contentBase64 !== undefined);
const Arguments = z.record(z.string(), z.unknown());

/** Takes apart canonical arguments: program, files by name, size and SHA-256 with a preview, and the rest; secrets masked. */
export function presentArguments(tool: string, canonical: string): ShownArguments {
  const args = Arguments.parse(JSON.parse(canonical));
  const { code, files, ...others } = args;
  const isProgram = isSandboxTool(tool) && typeof code === "string";
  const given = z.array(FileArgument).safeParse(files);
  const rest = { ...others, ...(isProgram || code === undefined ? {} : { code }), ...(given.success || files === undefined ? {} : { files }) };

  const tally = { masked: 0, shortened: false };
  const program = isProgram && typeof code === "string" ? masked(code, tally, longestJson) : null;
  const shownFiles = given.success ? given.data.map((file) => presentFile(file, tally)) : [];
  const { value, count } = maskJson(rest);
  tally.masked += count;
  const shownRest = shorten(value, tally);
  const text = JSON.stringify(shownRest);
  if (text.length > longestJson) tally.shortened = true;
  return {
    names: Object.keys(args),
    code: program === null ? null : { language: isSandboxTool(tool) ? sandboxTools[tool] : "text", text: program },
    files: shownFiles,
    rest: text.length > longestJson ? `${text.slice(0, longestJson)} …` : shownRest,
    maskedCount: tally.masked,
    shortened: tally.shortened,
    bytes: Buffer.byteLength(canonical),
  };
}

type Tally = { masked: number; shortened: boolean };

function presentFile(file: z.infer<typeof FileArgument>, tally: Tally): ShownFile {
  const content = file.contentBase64 === undefined ? Buffer.from(file.content ?? "", "utf8") : Buffer.from(file.contentBase64, "base64");
  const text = content.includes(0) ? null : decode(content);
  const name = maskText(file.name);
  // Masked before it is cut, so that the cut never leaves the beginning of a secret.
  const shown = text === null ? null : maskText(text.slice(0, previewLength * 4));
  tally.masked += name.count + (shown?.count ?? 0);
  return {
    name: name.text,
    size: content.byteLength,
    sha256: createHash("sha256").update(content).digest("hex"),
    preview: shown?.text.slice(0, previewLength) ?? null,
    more: (text?.length ?? 0) > previewLength,
  };
}

function decode(content: Buffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    return null;
  }
}

function masked(text: string, tally: Tally, longest: number): string {
  const { text: shown, count } = maskText(text);
  tally.masked += count;
  return cut(shown, tally, longest);
}

function cut(text: string, tally: Tally, longest: number): string {
  if (text.length <= longest) return text;
  tally.shortened = true;
  return `${text.slice(0, longest)} … [${text.length - longest} more characters]`;
}

function shorten(value: unknown, tally: Tally): unknown {
  if (typeof value === "string") return cut(value, tally, longestString);
  if (Array.isArray(value)) return value.map((item) => shorten(item, tally));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shorten(inner, tally)]));
}
