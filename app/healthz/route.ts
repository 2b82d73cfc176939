export const dynamic = "force-dynamic";

/** The process lives and answers. */
export function GET(): Response {
  return Response.json({ status: "ok" }, { headers: { "cache-control": "no-store" } });
}
