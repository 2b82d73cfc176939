import { z } from "zod";
import { requestInfo } from "@/lib/ctx/session";
import { answerOidc } from "@/lib/sso/answer";
import { keptForSso } from "@/lib/sso/cookie";
import { countSso } from "@/lib/sso/pace";
import { respond, respondRefused } from "@/lib/sso/respond";

const Place = z.object({ id: z.uuid() });

/** Where an OpenID Connect provider sends the browser back to. */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const info = await requestInfo();
  try {
    const { id } = Place.parse(await params);
    await countSso("answer", info.ip);
    return await respond(info, await answerOidc(info, { connectionId: id, search: new URL(request.url).search, secret: await keptForSso() }));
  } catch (error) {
    return respondRefused(info, error);
  }
}
