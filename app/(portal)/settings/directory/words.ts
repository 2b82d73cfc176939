import type { DirectoryState } from "@/lib/directory/list";

export const kindNames = { okta: "Okta", entra: "Microsoft Entra ID", scim: "Another (SCIM 2.0)" } as const;

export const kindOptions = (["okta", "entra", "scim"] as const).map((value) => ({ value, label: kindNames[value] }));

/** What to do in the other product, in its own words. */
export const kindSteps = {
  okta: "In Okta: Applications, your app, Provisioning, Integration. Base URL and API token go there, with 'HTTP Header' as authentication. Then turn on Create, Update and Deactivate, and push the groups.",
  entra: "In Entra ID: Enterprise applications, your app, Provisioning, Automatic. The base URL is the Tenant URL, the token is the Secret Token. Test the connection, assign users and groups, start provisioning.",
  scim: "In your directory: SCIM 2.0 with a bearer token. Users need an address in 'emails' or as 'userName'.",
} as const;

export const states: Record<DirectoryState, { label: string; tone: "neutral" | "ok" | "danger" }> = {
  waiting: { label: "Waiting for its first request", tone: "neutral" },
  working: { label: "In sync", tone: "ok" },
  failing: { label: "Last request refused", tone: "danger" },
};
