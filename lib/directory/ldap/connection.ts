import { connect as connectPlain, isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectSecure } from "node:tls";
import { Client } from "ldapts";
import { AppError } from "@/lib/errors";
import { checkedLookup, isRefused } from "@/lib/sso/bounded-fetch";
import { ldapRefusal } from "./refusal";
import type { Completed } from "./settings";

const connectMs = 10_000;
const operationMs = 60_000;

/**
 * Connects, secures the connection, signs in, and does `work`. One connection and no other: the library would make a new
 * one in silence, in plain and signed in as nobody, so that a password could be read by who cuts the first one off, and half
 * of a directory be taken for all of it.
 * @throws AppError with what to do.
 */
export async function withLdap<T>(settings: Completed, password: string, work: (client: Client) => Promise<T>): Promise<T> {
  const { host, port, security, bindDn } = settings;
  if (isIP(host) !== 0 && isRefused(host)) throw new AppError("invalid_input", "The server's address is one that the portal does not ask.");
  let connections = 0;
  const first = () => {
    if (++connections > 1) throw cutOff();
  };
  let tellLost: (error: AppError) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => (tellLost = reject));
  // It is also lost at the end, when nobody waits for it any more.
  lost.catch(() => undefined);
  const watched = <S extends Socket>(socket: S): S => socket.once("close", () => tellLost(cutOff()));
  const tls: ConnectionOptions = { ...(settings.ca ? { ca: settings.ca } : {}), ...(isIP(host) === 0 ? { servername: host } : {}), minVersion: "TLSv1.2", host };
  const client = new Client({
    url: `${security === "ldaps" ? "ldaps" : "ldap"}://${isIP(host) === 6 ? `[${host}]` : host}:${port}`,
    connectTimeout: connectMs,
    timeout: operationMs,
    strictDN: false,
    createConnection: (() => (first(), watched(connectPlain({ host, port, lookup: checkedLookup })))) as never,
    createSecureConnection: ((...given: [ConnectionOptions] | unknown[]) => {
      if (security === "starttls") return watched(connectSecure(given[0] as ConnectionOptions));
      first();
      return watched(connectSecure({ ...tls, port, lookup: checkedLookup }));
    }) as never,
  });
  const signedIn = async () => {
    if (security === "starttls") await client.startTLS(tls);
    await client.bind(bindDn, password);
    return work(client);
  };
  try {
    return await Promise.race([lost, signedIn()]);
  } catch (error) {
    throw error instanceof AppError ? error : ldapRefusal(error, settings);
  } finally {
    // Nobody answers on a connection that is gone.
    await Promise.race([client.unbind(), lost]).catch(() => undefined);
  }
}

function cutOff(): AppError {
  return new AppError("unavailable", "The directory's server ended the connection while it was being read.", { hint: "This is tried again by itself; if it stays, the server's log says why." });
}
