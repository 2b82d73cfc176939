import { z } from "zod";
import { requestInfo } from "@/lib/ctx/session";
import { AppError } from "@/lib/errors";
import { problem } from "@/lib/problem";
import { takeLogoutToken } from "@/lib/sso/back-channel";
import { countSso } from "@/lib/sso/pace";

const Place = z.object({ id: z.uuid() });
const Posted = z.object({ logout_token: z.string().min(1).max(16_000) });
const largestBody = 32_768;

/** Where an OpenID Connect provider says that somebody signed out (Back-Channel Logout, 2.5); no browser comes here. */
export async function POST(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const info = await requestInfo();
  try {
    const { id } = Place.parse(await params);
    await countSso("logout", info.ip);
    if (!request.headers.get("content-type")?.startsWith("application/x-www-form-urlencoded")) throw new AppError("unsupported_media_type", "A logout token is posted as a form.");
    if (!(Number(request.headers.get("content-length") ?? Number.NaN) <= largestBody)) throw new AppError("payload_too_large", "A logout token is at most 32 KiB and says its length.");
    const { logout_token: token } = Posted.parse(Object.fromEntries(new URLSearchParams(await request.text())));
    await takeLogoutToken(info, { connectionId: id, token });
    return new Response(null, { status: 200, headers: { "cache-control": "no-store" } });
  } catch (error) {
    return problem(error, info.requestId);
  }
}
