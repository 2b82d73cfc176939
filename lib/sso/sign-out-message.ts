import { newId } from "@/lib/id";
import { isProviderAddress } from "./bounded-fetch";
import type { Connection } from "./connection";
import type { NameId } from "./gate";
import { openOwnKey } from "./own-key";
import { libraryFor } from "./saml";
import { sealSignOut, unsealSignOut } from "./seal";
import { signQuery } from "./signed-query";

const unspecified = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
/** For how long an answer to our request is awaited: who signs out there may be asked something first. */
const waitMs = 600_000;

type Came = { nameId: NameId | null; sessionIndex: string | null };

/** Where to send the browser with a signed request to end the session at the provider that one here came by; null where that cannot be asked. */
export async function requestAddress(connection: Connection, { nameId, sessionIndex }: Came): Promise<string | null> {
  const key = openOwnKey(connection);
  if (!key || !nameId || !connection.signOutUrl || !isProviderAddress(connection.signOutUrl)) return null;
  const id = newId().replaceAll("-", "");
  const { value: nameID, format, nameQualifier, spNameQualifier } = nameId;
  const user = {
    issuer: connection.issuer, nameID, nameIDFormat: format ?? unspecified,
    ...(nameQualifier === null ? {} : { nameQualifier }), ...(spNameQualifier === null ? {} : { spNameQualifier }), ...(sessionIndex === null ? {} : { sessionIndex }),
  };
  return signQuery(await libraryFor(connection, `_${id}`).getLogoutUrlAsync(user, sealSignOut(id, connection.id), {}), key);
}

/** Where to send the browser with the signed answer to a provider's request; always its address as an admin gave it. Null where it has none. */
export async function answerAddress(connection: Connection, requestId: string, relayState: string | null): Promise<string | null> {
  const key = openOwnKey(connection);
  if (!key || !connection.signOutUrl || !isProviderAddress(connection.signOutUrl)) return null;
  const request = { ID: requestId, issuer: connection.issuer, nameID: "", nameIDFormat: unspecified };
  return signQuery(await libraryFor(connection, `_${newId()}`).getLogoutResponseUrlAsync(request, relayState ?? "", {}, true), key);
}

/** The id of our request that comes back with its answer; null when none of ours of the last minutes does. */
export function askedToSignOut({ id: connectionId }: Connection, relayState: string | null): string | null {
  const id = relayState ? unsealSignOut(relayState, connectionId) : null;
  // UUID version 7 begins with its time in milliseconds (RFC 9562, 5.7).
  return id && Math.abs(Date.now() - Number.parseInt(id.slice(0, 12), 16)) < waitMs ? `_${id}` : null;
}
