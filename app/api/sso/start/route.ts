import { requestInfo } from "@/lib/ctx/session";
import { AppError } from "@/lib/errors";
import { requireOwnPage } from "@/lib/own-page";
import { problem } from "@/lib/problem";
import { countSso } from "@/lib/sso/pace";
import { keepSecret } from "@/lib/sso/respond";
import { StartSignInInput, startSignIn } from "@/lib/sso/start-sign-in";

const largestBody = 8_192;

/** Begins a sign-in by an identity provider: answers with where to go, and gives the browser what it keeps meanwhile. */
export async function POST(request: Request): Promise<Response> {
  const info = await requestInfo();
  try {
    requireOwnPage(request.headers);
    if (!(Number(request.headers.get("content-length") ?? Number.NaN) <= largestBody)) throw new AppError("payload_too_large", "A sign-in is at most 8 KiB and says its length.");
    await countSso("start", info.ip);
    const { url, secret } = await startSignIn(info, StartSignInInput.parse(await request.json().catch(() => null)));
    await keepSecret(secret);
    return Response.json({ url }, { headers: { "cache-control": "no-store" } });
  } catch (error) {
    return problem(error, info.requestId);
  }
}
