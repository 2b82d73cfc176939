import type { DirectoryState } from "@/lib/directory/list";

export const kindNames = { okta: "Okta", entra: "Microsoft Entra ID", scim: "Another (SCIM 2.0)", ldap: "LDAP or Active Directory", google: "Google Workspace" } as const;

/** Those that come to us. */
export const kindOptions = (["okta", "entra", "scim"] as const).map((value) => ({ value, label: kindNames[value] }));

/** What to do in the other product, in its own words. */
export const kindSteps = {
  okta: "In Okta: Applications, your app, Provisioning, Integration. Base URL and API token go there, with 'HTTP Header' as authentication. Then turn on Create, Update and Deactivate, and push the groups.",
  entra: "In Entra ID: Enterprise applications, your app, Provisioning, Automatic. The base URL is the Tenant URL, the token is the Secret Token. Test the connection, assign users and groups, start provisioning.",
  scim: "In your directory: SCIM 2.0 with a bearer token. Users need an address in 'emails' or as 'userName'.",
  ldap: "The portal signs in as a user that may read, and changes nothing there.",
  google: "The portal reads by a service account with domain-wide delegation, and changes nothing there.",
} as const;

type Tone = { label: string; tone: "neutral" | "ok" | "danger" };
const pushed: Record<DirectoryState, Tone> = {
  waiting: { label: "Waiting for its first request", tone: "neutral" },
  working: { label: "In sync", tone: "ok" },
  failing: { label: "Last request refused", tone: "danger" },
};
const pulled: Record<DirectoryState, Tone> = {
  waiting: { label: "Not synced yet", tone: "neutral" },
  working: { label: "In sync", tone: "ok" },
  failing: { label: "Last sync failed", tone: "danger" },
};

/** How it stands with a directory, in a word. */
export function stateOf({ kind, state }: { kind: keyof typeof kindNames; state: DirectoryState }): Tone {
  return kind === "ldap" || kind === "google" ? pulled[state] : pushed[state];
}
