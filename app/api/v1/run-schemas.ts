import { z } from "zod";
import { RunSummary } from "@/lib/runs/get";
import { ReadFileInput } from "@/lib/runs/read-file";
import { IdParams } from "./action-schemas";

export const Run = RunSummary.meta({
  id: "Run",
  description: "Status: `queued` or `waiting_for_runner` → `dispatched` → `running` → how it ended. `finishedAt` is null until it is over; hashes and sizes are there once it is.",
});

export const OutputQuery = z.strictObject({
  stream: z.enum(["stdout", "stderr"], "must be stdout or stderr").meta({ description: "Which of the two." }),
  from: z.coerce.number("must be a number").int("must be a whole number").min(0).max(Number.MAX_SAFE_INTEGER).default(0).meta({ description: "Byte to begin with; see Output-Next." }),
});

export const OutputHeaders = z.object({
  "Output-Next": z.string().meta({ description: "What to give as `from` to go on." }),
  "Output-Complete": z.enum(["true", "false"]).meta({ description: "Whether this was the end: nothing follows." }),
});

export const RunFileEntry = z.object({
  name: z.string(),
  size: z.int().meta({ description: "Bytes." }),
  sha256: z.string().meta({ description: "Hexadecimal." }),
});
export const RunFiles = z.object({ files: z.array(RunFileEntry) }).meta({ id: "RunFiles" });

export const FileParams = IdParams.extend({
  name: ReadFileInput.shape.name.meta({ description: "The file's name as listed, percent-encoded: `sums%2Fq1.csv`.", examples: ["report.csv"] }),
});

export const FileHeaders = z.object({
  "Content-Disposition": z.string(),
  "Repr-Digest": z.string().meta({ description: "SHA-256 of the file (RFC 9530), base64 between colons." }),
});
