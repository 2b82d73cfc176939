import { createHash } from "node:crypto";
import { z } from "zod";
import { isSafeFileName, nameUsedAsFolder } from "@/runner/contract/names";
import { SCRIPT_NAMES } from "@/runner/contract/schemas";
import { invalidInput } from "@/lib/result";

export const sandboxTools = { "sandbox.python": "python", "sandbox.node": "node", "sandbox.shell": "shell" } as const;
export type SandboxTool = keyof typeof sandboxTools;
export type SandboxLanguage = (typeof sandboxTools)[SandboxTool];

export function isSandboxTool(tool: string): tool is SandboxTool {
  return Object.hasOwn(sandboxTools, tool);
}

const reserved = new Set(["out", ...Object.values(SCRIPT_NAMES)]);
const noNul = (text: string) => !text.includes("\0");
const FileInput = z
  .strictObject({
    name: z
      .string()
      .refine(isSafeFileName, "is not a safe file name: use a relative path without '..', such as expenses.csv")
      .refine((name) => !reserved.has(name.split("/")[0] ?? ""), "is taken: 'out' and the program's own name are reserved"),
    content: z.string().optional(),
    contentBase64: z.base64("must be base64 (RFC 4648, with padding)").optional(),
  })
  .refine((file) => (file.content === undefined) !== (file.contentBase64 === undefined), "needs exactly one of content and contentBase64");

/** Arguments of the tools `sandbox.python`, `sandbox.node` and `sandbox.shell`. */
export const SandboxArguments = z.strictObject({
  /** The program's text. */
  code: z.string().min(1).max(1_000_000).refine(noNul, "must not contain NUL"),
  args: z.array(z.string().max(4096).refine(noNul, "must not contain NUL")).max(64).default([]),
  stdin: z.string().max(1_000_000).default(""),
  /** Found by name in the program's working directory. */
  files: z
    .array(FileInput)
    .max(64)
    .default([])
    .refine((files) => new Set(files.map((file) => file.name)).size === files.length, "names two files alike")
    .refine((files) => nameUsedAsFolder(files.map((file) => file.name)) === null, "names a file like a folder of another"),
  /** Time limit of the run; the policy's limit applies where it is lower. */
  timeoutSeconds: z.int().min(1).max(600).optional(),
});
export type SandboxArguments = z.infer<typeof SandboxArguments>;

/** @throws AppError `invalid_input` with the path of each wrong argument. */
export function parseSandboxArguments(args: unknown): SandboxArguments {
  const result = SandboxArguments.safeParse(args);
  if (result.success) return result.data;
  throw invalidInput(new z.ZodError(result.error.issues.map((issue) => ({ ...issue, path: ["arguments", ...issue.path] }))));
}

export type InputFile = { name: string; content: Buffer; size: number; sha256: string };

export function inputFiles(args: SandboxArguments): InputFile[] {
  return args.files.map((file) => {
    const content = file.contentBase64 === undefined ? Buffer.from(file.content ?? "", "utf8") : Buffer.from(file.contentBase64, "base64");
    return { name: file.name, content, size: content.byteLength, sha256: createHash("sha256").update(content).digest("hex") };
  });
}
