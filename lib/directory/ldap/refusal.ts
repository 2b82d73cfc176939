import { ResultCodeError } from "ldapts";
import { AppError } from "@/lib/errors";
import type { Completed } from "./settings";

type Told = { problem: string; hint: string; passes?: boolean };

/** Result codes of RFC 4511, appendix A. */
const byCode: Record<number, (settings: Completed) => Told> = {
  3: () => ({ problem: "The directory's server took too long for a search.", hint: "Choose fewer entries by the filters, or let the server give this user more time." }),
  4: () => ({ problem: "The directory's server does not give this many entries.", hint: "Let the user that the portal signs in as read without a size limit, or allow paged results." }),
  7: () => ({ problem: "The directory's server does not take a simple bind.", hint: "Allow simple binds over TLS for this user." }),
  8: () => ({ problem: "The directory's server asks for a stronger way to sign in.", hint: "Choose LDAPS or StartTLS." }),
  11: () => ({ problem: "The directory's server refused, because a limit of its administrator was reached.", hint: "Choose fewer entries by the filters, or raise the limit for this user." }),
  13: () => ({ problem: "The directory's server asks for an encrypted connection.", hint: "Choose LDAPS or StartTLS." }),
  32: ({ userBase, groupBase }) => ({ problem: "The directory has no such base.", hint: `See whether '${userBase}' and '${groupBase}' are right, and whether the user that the portal signs in as may read them.` }),
  34: () => ({ problem: "A name is not one that the directory understands.", hint: "Write the bind DN and the bases like cn=portal,dc=example,dc=com." }),
  48: () => ({ problem: "The directory's server does not let this user sign in so.", hint: "See whether the bind DN is right." }),
  49: ({ bindDn }) => ({ problem: "The directory's server refused the bind DN or its password.", hint: `See whether '${bindDn}' and its password are right, and the account is neither locked nor expired.` }),
  50: () => ({ problem: "The user that the portal signs in as may not read that.", hint: "Let it read users and groups under the bases." }),
  51: () => ({ problem: "The directory's server is busy.", hint: "This is tried again by itself.", passes: true }),
  52: () => ({ problem: "The directory's server is not available now.", hint: "This is tried again by itself.", passes: true }),
};

const untrusted = "Paste the certificate of the authority that signed the server's certificate.";
const byNodeCode: Record<string, (settings: Completed) => Told> = {
  SELF_SIGNED_CERT_IN_CHAIN: () => ({ problem: "The server's certificate is signed by an authority that is not known here.", hint: untrusted }),
  DEPTH_ZERO_SELF_SIGNED_CERT: () => ({ problem: "The server's certificate is signed by itself.", hint: "Paste that certificate as the authority's." }),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: () => ({ problem: "The server's certificate cannot be verified.", hint: untrusted }),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: () => ({ problem: "The server's certificate is signed by an authority that is not known here.", hint: untrusted }),
  CERT_HAS_EXPIRED: () => ({ problem: "The server's certificate has expired.", hint: "Renew it on the server." }),
  ERR_TLS_CERT_ALTNAME_INVALID: ({ host }) => ({ problem: `The server's certificate is not for '${host}'.`, hint: "Give the name that stands in the certificate." }),
  ENOTFOUND: ({ host }) => ({ problem: `No server is known by the name '${host}'.`, hint: "See whether the name is right, and known where the portal runs.", passes: true }),
  ECONNREFUSED: ({ host, port }) => ({ problem: `Nothing answers at ${host}, port ${port}.`, hint: "See whether host and port are right, and a firewall lets the portal through.", passes: true }),
};

/** What went wrong with a directory's server, and what to do about it. */
export function ldapRefusal(error: unknown, settings: Completed): AppError {
  const told = toldOf(error, settings);
  return new AppError(told.passes ? "unavailable" : "invalid_input", told.problem, { hint: told.hint, cause: error });
}

function toldOf(error: unknown, settings: Completed): Told {
  const { host, port, security } = settings;
  if (error instanceof ResultCodeError) {
    const known = byCode[error.code]?.(settings);
    return known ?? { problem: `The directory's server refused with the result code ${error.code}.`, hint: "Its log says more." };
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known = byNodeCode[code]?.(settings);
  if (known) return known;
  if (code.startsWith("ERR_SSL") || code === "EPROTO") return { problem: `What answers at ${host}, port ${port}, does not speak ${security === "ldaps" ? "TLS" : "StartTLS"}.`, hint: "LDAPS has port 636, StartTLS port 389, unless yours has others." };
  return { problem: `${host}, port ${port}, cannot be reached, or did not answer in time.`, hint: "See whether host and port are right, and a firewall lets the portal through.", passes: true };
}
