import type { Permission } from "./permissions";

/**
 * Verbs that ask a person for a fresh proof of who they are, for the one thing that they are about to do: the permission that
 * each needs (none: one's own account) and what stands in the dialog after 'To'. A test knows every verb that changes
 * something, and that it either asks or says why not.
 */
export const freshProofVerbs = {
  "approvals.decide": { permission: "approvals.decide", words: "decide a critical request" },
  "people.invite": { permission: "users.invite", words: "let this person in" },
  "people.readmit": { permission: "users.invite", words: "let this person in again" },
  "people.remove": { permission: "users.remove", words: "remove this person" },
  "people.suspend": { permission: "users.remove", words: "keep this person out" },
  "people.reactivate": { permission: "users.remove", words: "let this person sign in again" },
  "people.grant_role": { permission: "users.update_role", words: "give this role" },
  "people.change_role": { permission: "users.update_role", words: "change this role" },
  "people.revoke_role": { permission: "users.update_role", words: "take this role away" },
  "policies.update": { permission: "policies.update", words: "change what this agent may do" },
  "agents.retire": { permission: "agents.delete", words: "retire this agent" },
  "budgets.archive": { permission: "budgets.set", words: "close this budget" },
  "workspaces.archive": { permission: "workspaces.delete", words: "archive this workspace" },
  "workspaces.archive_project": { permission: "workspaces.update", words: "archive this project" },
  "keys.create": { permission: "keys.create", words: "make an API key" },
  "keys.revoke": { permission: "keys.revoke", words: "revoke this API key" },
  "keys.limit": { permission: "keys.create", words: "change from where this API key may be used" },
  "network.update": { permission: "settings.update", words: "change from where people and keys come in" },
  "security.update": { permission: "settings.update", words: "change how people sign in" },
  "sso.connect_oidc": { permission: "settings.update", words: "connect an identity provider" },
  "sso.connect_saml": { permission: "settings.update", words: "connect an identity provider" },
  "sso.update": { permission: "settings.update", words: "change whom an identity provider lets in" },
  "sso.remove": { permission: "settings.update", words: "remove an identity provider" },
  "sso.verify_domain": { permission: "settings.update", words: "let an identity provider speak for a domain" },
  "sso.remove_domain": { permission: "settings.update", words: "give up a domain" },
  "sso.read_metadata": { permission: "settings.update", words: "change whom an identity provider's answers are of" },
  "sso.add_certificate": { permission: "settings.update", words: "take answers by another certificate" },
  "sso.remove_certificate": { permission: "settings.update", words: "remove this certificate" },
  "sso.replace_secret": { permission: "settings.update", words: "replace the client secret" },
  "sso.resolve_identity": { permission: "settings.update", words: "decide who this account at the provider is" },
  "sso.enforce": { permission: "settings.update", words: "change who may use a password" },
  "directory.connect": { permission: "settings.update", words: "connect a directory" },
  "directory.disconnect": { permission: "settings.update", words: "disconnect this directory" },
  "directory.map": { permission: "settings.update", words: "change what this group gives" },
  "directory.resolve": { permission: "settings.update", words: "decide this conflict" },
  "directory.rotate_token": { permission: "settings.update", words: "make a new token" },
  "directory.connect_ldap": { permission: "settings.update", words: "connect a directory" },
  "directory.connect_google": { permission: "settings.update", words: "connect a directory" },
  "directory.update_google": { permission: "settings.update", words: "change how a directory is asked" },
  "directory.update_ldap": { permission: "settings.update", words: "change how a directory is asked" },
  "directory.schedule": { permission: "settings.update", words: "change when a directory is asked" },
  "directory.sync": { permission: "settings.update", words: "carry out what the directory says" },
  "directory.update": { permission: "settings.update", words: "change this directory" },
  "locks.lift": { permission: "settings.update", words: "lift this lock" },
  "factors.reset": { permission: "users.update_role", words: "remove this person's second factors" },
  "factors.add": { permission: null, words: "add a way to prove that it is you" },
  "factors.remove": { permission: null, words: "remove a way to prove that it is you" },
  "factors.renew_codes": { permission: null, words: "make new recovery codes" },
} as const satisfies Record<string, { permission: Permission | null; words: string }>;

export type FreshProofVerb = keyof typeof freshProofVerbs;
