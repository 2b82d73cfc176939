import { clientFile } from "@/lib/clients/files";

type Props = { params: Promise<{ language: string; file: string }> };

/** A file of a client, for whoever writes an agent: `npm install` or `curl -O` from the portal that the agent will work with. */
export async function GET(_request: Request, { params }: Props): Promise<Response> {
  const { language, file } = await params;
  const bytes = await clientFile(language, file);
  if (bytes === null) return new Response("There is no such file.\n", { status: 404, headers: { "content-type": "text/plain; charset=utf-8" } });
  const type = file.endsWith(".tgz") ? "application/gzip" : "text/plain; charset=utf-8";
  return new Response(bytes, { headers: { "content-type": type, "cache-control": "public, max-age=300", "x-content-type-options": "nosniff" } });
}
