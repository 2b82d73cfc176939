import { z } from "zod";
import type { RequestInfo } from "@/lib/ctx/person";
import { requestInfo } from "@/lib/ctx/session";
import { AppError } from "@/lib/errors";
import { countSso } from "@/lib/sso/pace";
import { respondLeft, respondRefused } from "@/lib/sso/respond";
import { type LogoutMessage, takeSamlLogout } from "@/lib/sso/saml-logout";

type Context = { params: Promise<{ id: string }> };

const Place = z.object({ id: z.uuid() });
const relayState = z.string().max(2_000).nullish().transform((text) => text ?? null);
const Posted = z.union([
  z.object({ SAMLRequest: z.string().min(1), SAMLResponse: z.undefined().optional(), RelayState: relayState }).transform((form) => ({ request: form.SAMLRequest, relayState: form.RelayState })),
  z.object({ SAMLResponse: z.string().min(1), SAMLRequest: z.undefined().optional(), RelayState: relayState }).transform((form) => ({ response: form.SAMLResponse, relayState: form.RelayState })),
]);
const largestBody = 524_288;
const longestQuery = 65_536;

/** The single logout service by the redirect binding: the query is read as it came, since just its octets are signed. */
export function GET(request: Request, context: Context): Promise<Response> {
  return answer(context, async () => {
    const { search } = new URL(request.url);
    if (search.length > longestQuery) throw new AppError("invalid_input", "A SAML message in an address is at most 64 KiB.");
    return { search };
  });
}

/** The same by the POST binding: the page of an identity provider posts it, without this portal's cookies. */
export function POST(request: Request, context: Context): Promise<Response> {
  return answer(context, async () => {
    if (!request.headers.get("content-type")?.startsWith("application/x-www-form-urlencoded")) throw new AppError("invalid_input", "A SAML message is posted as a form.");
    if (!(Number(request.headers.get("content-length") ?? Number.NaN) <= largestBody)) throw new AppError("invalid_input", "A SAML message is at most 512 KiB and says its length.");
    return Posted.parse(Object.fromEntries(new URLSearchParams(await request.text())));
  });
}

type Came<T = LogoutMessage> = T extends LogoutMessage ? Omit<T, "connectionId"> : never;

async function answer({ params }: Context, message: () => Promise<Came>): Promise<Response> {
  const info: RequestInfo = await requestInfo();
  try {
    const { id } = Place.parse(await params);
    await countSso("logout", info.ip);
    return respondLeft(info, await takeSamlLogout(info, { connectionId: id, ...(await message()) }));
  } catch (error) {
    return respondRefused(info, error);
  }
}
