import { SAML, ValidateInResponseTo } from "@node-saml/node-saml";
import { callbackAddress, entityId } from "./addresses";
import { pemOf } from "./certificate";
import type { Connection } from "./connection";
import { type Asserted, checkAnswer, skewMs } from "./gate";
import { openOwnKey } from "./own-key";
import { SsoRefusal } from "./refusal";
import { signQuery } from "./signed-query";

const longest = 400_000;

/** Where to send the browser, with a request of the given id, by the redirect binding. */
export async function requestUrl(connection: Connection, requestId: string, relayState: string): Promise<string> {
  const url = await libraryFor(connection, requestId).getAuthorizeUrlAsync(relayState, undefined, {});
  const key = connection.signsRequests ? openOwnKey(connection) : null;
  return key ? signQuery(url, key) : url;
}

/**
 * Checks a posted answer, twice: by the strict gate on the signed bytes, and then by the library, whose word must be the same.
 * @param requestId the request that it must answer; null where the identity provider may begin.
 * @throws SsoRefusal
 */
export async function checkPosted(connection: Connection, posted: string, requestId: string | null): Promise<Asserted> {
  const asserted = checkAnswer(decodedMessage(posted), {
    issuer: connection.issuer,
    certificates: connection.certificates ?? [],
    recipient: callbackAddress("saml", connection.id),
    audience: entityId(connection.id),
    requestId,
  });
  const { profile } = await libraryFor(connection, requestId ?? "_", asserted.signed)
    .validatePostResponseAsync({ SAMLResponse: posted })
    .catch((error: unknown): never => {
      throw new SsoRefusal(`The answer was refused: ${error instanceof Error ? error.message.slice(0, 200) : "unknown"}`, { cause: error });
    });
  if (profile?.nameID !== asserted.nameId || profile.issuer !== connection.issuer) throw new SsoRefusal("Two readers of the answer see two different people.");
  return asserted;
}

/** A posted message as text. @throws SsoRefusal */
export function decodedMessage(posted: string): string {
  if (posted.length > longest || !/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(posted)) throw new SsoRefusal("The answer is not base64, or too long.");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(posted, "base64"));
  } catch {
    throw new SsoRefusal("The answer is not UTF-8.");
  }
}

/** The library for one message, of the id that is given. */
export function libraryFor(connection: Connection, requestId: string, signed: Asserted["signed"] = { response: false, assertion: true }): SAML {
  return new SAML({
    callbackUrl: callbackAddress("saml", connection.id),
    entryPoint: connection.signInUrl ?? "",
    logoutUrl: connection.signOutUrl ?? "",
    issuer: entityId(connection.id),
    audience: entityId(connection.id),
    idpIssuer: connection.issuer,
    idpCert: (connection.certificates ?? []).map(pemOf),
    identifierFormat: null,
    disableRequestedAuthnContext: true,
    acceptedClockSkewMs: skewMs,
    wantAssertionsSigned: signed.assertion,
    wantAuthnResponseSigned: signed.response,
    // The gate compares it with the request of this browser, which the library does not know.
    validateInResponseTo: ValidateInResponseTo.never,
    generateUniqueId: () => requestId,
  });
}
