import type { Client, Entry } from "ldapts";
import { mostGroups, mostUsers, type PulledGroup, type PulledUser, type Source } from "../pull/records";
import { isActive } from "./active";
import { withLdap } from "./connection";
import { comparableDn, stableId } from "./names";
import { allValues, searchAll, searchFirst, text, texts, valuesOf, type Wanted } from "./search";
import { type Completed, completed, LdapSettings } from "./settings";

const sampled = 5;

/** A directory that is asked by LDAP (RFC 4511). */
export function ldapSource(given: unknown, password: string): Source {
  const settings = completed(LdapSettings.parse(given));
  return {
    read: () => withLdap(settings, password, (client) => readAll(client, settings)),
    sample: () => withLdap(settings, password, (client) => readFew(client, settings)),
  };
}

async function readAll(client: Client, settings: Completed) {
  const people = (await searchAll(client, usersOf(settings, mostUsers))).flatMap((entry) => userOf(entry, settings));
  const entries = (await searchAll(client, groupsOf(settings, mostGroups))).flatMap((entry) => withId(entry, settings));
  const members = { users: new Map(people.map(({ dn, user }) => [dn, user.id])), names: new Map(people.map(({ user }) => [user.userName.toLowerCase(), user.id])), groups: new Map(entries.map(({ entry, id }) => [comparableDn(entry.dn), id])) };
  const groups: PulledGroup[] = [];
  for (const { entry, id } of entries) groups.push(await groupOf(client, entry, id, { settings, members }));
  return { users: people.map(({ user }) => user), groups };
}

async function readFew(client: Client, settings: Completed) {
  const users = await searchFirst(client, usersOf(settings, sampled));
  const groups = await searchFirst(client, groupsOf(settings, sampled));
  const read = users.flatMap((entry) => userOf(entry, settings)).map(({ user }) => user);
  const notes = [
    ...(users.length === 0 ? [`No user under '${settings.userBase}' fits the filter ${settings.userFilter}.`] : []),
    ...(groups.length === 0 ? [`No group under '${settings.groupBase}' fits the filter ${settings.groupFilter}.`] : []),
    ...(read.length < users.length ? [`${users.length - read.length} of ${users.length} users have no '${settings.idAttribute}', so they cannot be told apart for good. See whether the user that the portal signs in as may read it.`] : []),
    ...(read.some(({ email, userName }) => !email && !userName.includes("@")) ? [`Some users have no '${settings.emailAttribute}'; they are left out.`] : []),
  ];
  const named = groups.map((entry) => ({ name: text(entry, "cn") ?? entry.dn, members: memberAttributes(settings).reduce((sum, name) => sum + texts(entry, name).length, 0) }));
  return { users: read, groups: named, notes };
}

function usersOf({ userBase, userFilter, idAttribute, userNameAttribute, emailAttribute, nameAttribute }: Completed, most: number): Wanted {
  const attributes = [idAttribute, userNameAttribute, emailAttribute, nameAttribute, "cn", "givenName", "sn", "title", "userAccountControl", "accountExpires", "pwdAccountLockedTime", "nsAccountLock"];
  return { base: userBase, filter: userFilter, attributes: [...new Set(attributes)], binary: idAttribute, most };
}

function groupsOf(settings: Completed, most: number): Wanted {
  return { base: settings.groupBase, filter: settings.groupFilter, attributes: [settings.idAttribute, "cn", ...memberAttributes(settings)], binary: settings.idAttribute, most };
}

function memberAttributes({ memberAttribute }: Completed): string[] {
  return [...new Set([memberAttribute, "uniqueMember", "memberUid"])];
}

function withId(entry: Entry, { idAttribute }: Completed): { entry: Entry; id: string }[] {
  const id = stableId(valuesOf(entry, idAttribute)[0]);
  return id ? [{ entry, id }] : [];
}

function userOf(entry: Entry, settings: Completed): { dn: string; user: PulledUser }[] {
  return withId(entry, settings).map(({ id }) => {
    const email = text(entry, settings.emailAttribute);
    const user = {
      id,
      userName: text(entry, settings.userNameAttribute) ?? email ?? id,
      email,
      displayName: text(entry, settings.nameAttribute) ?? text(entry, "cn"),
      givenName: text(entry, "givenName"),
      familyName: text(entry, "sn"),
      title: text(entry, "title"),
      active: isActive(entry),
    };
    return { dn: comparableDn(entry.dn), user };
  });
}

type Known = { settings: Completed; members: { users: ReadonlyMap<string, string>; names: ReadonlyMap<string, string>; groups: ReadonlyMap<string, string> } };

async function groupOf(client: Client, entry: Entry, id: string, { settings, members }: Known): Promise<PulledGroup> {
  const users: string[] = [];
  const groups: string[] = [];
  for (const attribute of memberAttributes(settings)) {
    for (const value of await allValues(client, entry, attribute)) {
      const dn = comparableDn(value);
      const user = members.users.get(dn) ?? (attribute === "memberUid" ? members.names.get(value.toLowerCase()) : undefined);
      const group = members.groups.get(dn);
      if (user) users.push(user);
      else if (group) groups.push(group);
    }
  }
  return { id, name: text(entry, "cn") ?? entry.dn, place: entry.dn, users, groups };
}
