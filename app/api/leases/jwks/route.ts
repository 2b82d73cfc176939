import { requestInfo } from "@/lib/ctx/session";
import { leaseKeySet } from "@/lib/leases/keys";
import { problem } from "@/lib/problem";

export const dynamic = "force-dynamic";

/** The key that signs leases, for everybody. */
export async function GET(): Promise<Response> {
  const { requestId } = await requestInfo();
  try {
    return Response.json(leaseKeySet(), { headers: { "cache-control": "public, max-age=300", "content-type": "application/jwk-set+json" } });
  } catch (error) {
    return problem(error, requestId);
  }
}
