import { attachment } from "@/lib/download";
import { route } from "@/lib/route";
import { readFile, ReadFileInput } from "@/lib/runs/read-file";

export const dynamic = "force-dynamic";

/** A result file, by `?name=`. What an agent's program wrote is never shown by the browser, only saved. */
export const GET = route(ReadFileInput, async (ctx, input) => {
  const { name, content, sha256 } = await readFile(ctx, input);
  return attachment(content, { name: name.split("/").at(-1) ?? "file", sha256 });
});
