import { z } from "zod";
import { exportAudit } from "@/lib/audit/export";
import { textStream } from "@/lib/audit/text-stream";
import { attachment } from "@/lib/download";
import { route } from "@/lib/route";
import { readAuditUrl } from "../filter-url";

/** Everything that the address of the audit page finds, as a file that proves itself. */
export const GET = route(z.object({ format: z.enum(["csv", "jsonl"]) }), async (ctx, { format }, request) => {
  const { filter } = readAuditUrl(Object.fromEntries(new URL(request.url).searchParams));
  const { chunks, fileName, mediaType } = await exportAudit(ctx, { filter, format });
  const response = attachment(textStream(chunks), { name: fileName });
  response.headers.set("content-type", mediaType);
  return response;
});
