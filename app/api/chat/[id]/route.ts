import { evenOut } from "@/lib/auth/even";
import { takeCallback } from "@/lib/chat/callback";
import { countAddress } from "@/lib/chat/pace";
import { clientIpHeader } from "@/lib/client-ip";
import { AppError } from "@/lib/errors";
import { problem } from "@/lib/problem";
import { requestIdHeader, requestIdOf } from "@/lib/requests/request-id";

/** Slack sends the message along in which a button was pressed. */
const largestBody = 131_072;

/** Where a chat tells that somebody pressed a button; no browser comes here. */
export async function POST(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const startedAt = performance.now();
  const { headers } = request;
  const info = { requestId: requestIdOf(headers.get(requestIdHeader)), ip: headers.get(clientIpHeader) || null, userAgent: headers.get("user-agent") };
  try {
    await countAddress(info.ip);
    if (!(Number(headers.get("content-length") ?? Number.NaN) <= largestBody)) throw new AppError("payload_too_large", "What a chat tells is at most 128 KiB and says its length.");
    const { id } = await params;
    const { status, body } = await takeCallback(info, id, { headers, body: Buffer.from(await request.arrayBuffer()) });
    return new Response(body === null ? null : JSON.stringify(body), { status, headers: { "cache-control": "no-store", "x-request-id": info.requestId, ...(body === null ? {} : { "content-type": "application/json" }) } });
  } catch (error) {
    if (error instanceof AppError && error.code === "unauthenticated") await evenOut(startedAt);
    return problem(error, info.requestId);
  }
}
