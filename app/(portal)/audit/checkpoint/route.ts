import { z } from "zod";
import { latestCheckpoint } from "@/lib/audit/stream";
import { attachment } from "@/lib/download";
import { notFound } from "@/lib/errors";
import { route } from "@/lib/route";

/** The latest signed checkpoint as a C2SP signed note. */
export const GET = route(z.object({}), async (ctx) => {
  const checkpoint = await latestCheckpoint(ctx);
  if (!checkpoint) throw notFound("checkpoint");
  return attachment(Buffer.from(checkpoint.note), { name: `checkpoint-${checkpoint.treeSize}.txt` });
});
