import { z } from "zod";
import { attachment } from "@/lib/download";
import { route } from "@/lib/route";
import { followOutput, FollowOutputInput } from "@/lib/runs/follow-output";
import { readOutput } from "@/lib/runs/read-output";
import { plainPieces } from "../plain-pieces";

export const dynamic = "force-dynamic";

const Input = FollowOutputInput.extend({ download: z.enum(["stdout", "stderr"]).optional() });

/** What was written since the given offsets, as JSON; with `?download=` all of one stream as a file. */
export const GET = route(Input, async (ctx, { download, ...input }) => {
  if (download) {
    const first = await readOutput(ctx, { id: input.id, stream: download });
    return attachment(wholeOutput(ctx, input.id, first), { name: `${input.id}.${download}.txt` });
  }
  return Response.json(plainPieces(await followOutput(ctx, input)), { headers: { "cache-control": "no-store" } });
});

type First = Awaited<ReturnType<typeof readOutput>>;

function wholeOutput(ctx: Parameters<typeof readOutput>[0], id: string, first: First): ReadableStream<Uint8Array> {
  let piece: First | null = first;
  return new ReadableStream({
    pull: async (controller) => {
      if (!piece || piece.data.byteLength === 0) return controller.close();
      controller.enqueue(new Uint8Array(piece.data));
      piece = await readOutput(ctx, { id, stream: piece.stream, from: piece.next });
    },
  });
}
