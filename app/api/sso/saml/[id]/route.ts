import { z } from "zod";
import { requestInfo } from "@/lib/ctx/session";
import { AppError } from "@/lib/errors";
import { answerSaml, answerSamlReturn } from "@/lib/sso/answer";
import { keptForSso } from "@/lib/sso/cookie";
import { countSso } from "@/lib/sso/pace";
import { respond, respondRefused, seeOther } from "@/lib/sso/respond";

type Context = { params: Promise<{ id: string }> };

const Place = z.object({ id: z.uuid() });
const Posted = z.object({ SAMLResponse: z.string().min(1), RelayState: z.string().max(2_000).nullish() });
const largestBody = 524_288;

/**
 * The assertion consumer service: the page of an identity provider posts its answer here, so that neither cookies nor the
 * origin say anything, and only the signature counts.
 */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  const info = await requestInfo();
  try {
    const { id } = Place.parse(await params);
    await countSso("answer", info.ip);
    const { SAMLResponse, RelayState } = Posted.parse(Object.fromEntries(await formOf(request)));
    const outcome = await answerSaml(info, { connectionId: id, response: SAMLResponse, relayState: RelayState ?? null });
    return outcome ? await respond(info, outcome) : seeOther(`/api/sso/saml/${id}?state=${encodeURIComponent(RelayState ?? "")}`);
  } catch (error) {
    return respondRefused(info, error);
  }
}

/** The same browser, now with its cookies, since a redirect is no post of another site. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const info = await requestInfo();
  try {
    const { id } = Place.parse(await params);
    await countSso("answer", info.ip);
    const state = new URL(request.url).searchParams.get("state") ?? "";
    return await respond(info, await answerSamlReturn(info, { connectionId: id, state, secret: await keptForSso() }));
  } catch (error) {
    return respondRefused(info, error);
  }
}

async function formOf(request: Request): Promise<URLSearchParams> {
  if (!request.headers.get("content-type")?.startsWith("application/x-www-form-urlencoded")) throw new AppError("invalid_input", "A SAML answer is posted as a form.");
  if (!(Number(request.headers.get("content-length") ?? Number.NaN) <= largestBody)) throw new AppError("invalid_input", "A SAML answer is at most 512 KiB and says its length.");
  return new URLSearchParams(await request.text());
}
