import { readiness } from "@/lib/health/readiness";

export const dynamic = "force-dynamic";

/** 200 when this process can serve, 503 when it cannot; the body names each part. */
export async function GET(): Promise<Response> {
  const found = await readiness();
  return Response.json(found, { status: found.ready ? 200 : 503, headers: { "cache-control": "no-store" } });
}
