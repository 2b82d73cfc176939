import { clientFile } from "@/lib/clients/files";

type Props = { params: Promise<{ language: string; file: string }> };

/** A file of a client, for whoever writes an agent: `curl -O` from the portal that the agent will work with. */
export async function GET(_request: Request, { params }: Props): Promise<Response> {
  const { language, file } = await params;
  const text = await clientFile(language, file);
  if (text === null) return new Response("There is no such file.\n", { status: 404, headers: { "content-type": "text/plain; charset=utf-8" } });
  return new Response(text, { headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "public, max-age=300", "x-content-type-options": "nosniff" } });
}
