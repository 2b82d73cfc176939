import { openArchive, OpenArchiveInput } from "@/lib/audit/archives/open";
import { attachment } from "@/lib/download";
import { route } from "@/lib/route";

/** One archive, streamed from the disk, with the SHA-256 that was recorded when it was written. */
export const GET = route(OpenArchiveInput, async (ctx, input) => {
  const { name, sha256, content } = await openArchive(ctx, input);
  const response = attachment(content, { name, sha256 });
  response.headers.set("content-type", "application/jsonl; charset=utf-8");
  return response;
});
