import { checkDirectoryDrift } from "@/lib/directory/check-drift";
import { connectDirectory } from "@/lib/directory/connect";
import { disconnectDirectory } from "@/lib/directory/disconnect";
import { createDirectoryGroup } from "@/lib/directory/groups/create";
import { deleteDirectoryGroup } from "@/lib/directory/groups/delete";
import { getDirectoryGroup, listDirectoryGroups } from "@/lib/directory/groups/list";
import { patchDirectoryGroup } from "@/lib/directory/groups/patch";
import { replaceDirectoryGroup } from "@/lib/directory/groups/replace";
import { connectLdap } from "@/lib/directory/ldap/connect";
import { updateLdap } from "@/lib/directory/ldap/update";
import { connectGoogle } from "@/lib/directory/google/connect";
import { keyFile as googleKey } from "@/lib/directory/google/testing";
import { updateGoogle } from "@/lib/directory/google/update";
import { listDirectories } from "@/lib/directory/list";
import { loadDirectory } from "@/lib/directory/load";
import { noteDirectoryError, noteDirectorySuccess } from "@/lib/directory/note";
import { applyDirectory } from "@/lib/directory/pull/apply";
import { cancelDirectorySync } from "@/lib/directory/pull/cancel";
import { compareDirectory } from "@/lib/directory/pull/compare";
import { findConflicts } from "@/lib/directory/pull/conflicts";
import { failDirectorySync } from "@/lib/directory/pull/fail";
import { finishDirectorySync } from "@/lib/directory/pull/finish";
import { previewDirectory } from "@/lib/directory/pull/preview";
import { readDirectory } from "@/lib/directory/pull/read";
import { startDueSyncs } from "@/lib/directory/pull/start-due";
import { syncDirectory } from "@/lib/directory/pull/sync";
import { testDirectory } from "@/lib/directory/pull/try-out";
import { updateDirectorySchedule } from "@/lib/directory/pull/update-schedule";
import { previewGroupMapping } from "@/lib/directory/preview-group-mapping";
import { resolveConflict } from "@/lib/directory/resolve-conflict";
import { resolveConflicts } from "@/lib/directory/resolve-conflicts";
import { rotateDirectoryToken } from "@/lib/directory/rotate-token";
import { ListQuery } from "@/lib/directory/scim/page";
import { MappingInput } from "@/lib/directory/mapping";
import { setGroupMapping } from "@/lib/directory/set-group-mapping";
import { updateDirectory } from "@/lib/directory/update";
import { createDirectoryUser } from "@/lib/directory/users/create";
import { deleteDirectoryUser } from "@/lib/directory/users/delete";
import { getDirectoryUser, listDirectoryUsers } from "@/lib/directory/users/list";
import { patchDirectoryUser } from "@/lib/directory/users/patch";
import { replaceDirectoryUser } from "@/lib/directory/users/replace";
import { newId } from "@/lib/id";
import type { Place } from "../world";
import { type Attempt, names, plain } from "./attempt";

const settings = { caller: "person", on: "organization" } as const;
const mapping = (p: Place) => MappingInput.parse({ groupId: p.groupId, gives: [`viewer@${p.workspaceId}`] });
const patch = { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: [{ op: "replace", value: { active: true } }] };
const user = () => ({ userName: `${newId()}@example.test` });
const version = null;
const sync = (p: Place) => ({ syncId: p.syncId });
const ldap = { flavour: "openldap", host: "127.0.0.1", port: 1, security: "ldaps", bindDn: "cn=portal,dc=test", userBase: "dc=test" } as const;

/** The directory: what its admins do on the page, and what it says itself, which no person and no key can say for it. */
export const directory: Record<string, Attempt> = {
  connectDirectory: plain(connectDirectory, ["settings.update"], () => ({ kind: "scim", name: "Another" }), { caller: "person" }),
  disconnectDirectory: names(disconnectDirectory, ["settings.update"], (p) => ({ id: p.directoryId }), settings),
  listDirectories: plain(listDirectories, ["settings.read"], undefined, { caller: "person" }),
  loadDirectory: names(loadDirectory, ["settings.read"], (p) => ({ id: p.directoryId }), settings),
  previewGroupMapping: names(previewGroupMapping, ["settings.update"], (p) => mapping(p), settings),
  resolveConflict: names(resolveConflict, ["settings.update"], (p) => ({ userId: p.conflictUserId, how: "leave" }), settings),
  resolveConflicts: names(resolveConflicts, ["settings.update"], (p) => ({ userIds: [p.conflictUserId], how: "leave" }), settings),
  rotateDirectoryToken: names(rotateDirectoryToken, ["settings.update"], (p) => ({ id: p.directoryId }), settings),
  setGroupMapping: names(setGroupMapping, ["settings.update"], (p) => mapping(p), settings),
  updateDirectory: names(updateDirectory, ["settings.update"], (p) => ({ id: p.directoryId, name: "Renamed" }), settings),

  connectLdap: plain(connectLdap, ["settings.update"], () => ({ ...ldap, name: "LDAP", password: "secret" }), { caller: "person" }),
  connectGoogle: plain(connectGoogle, ["settings.update"], () => ({ name: "Google", adminEmail: "admin@example.test", key: googleKey }), { caller: "person" }),
  updateGoogle: names(updateGoogle, ["settings.update"], (p) => ({ id: p.googleDirectoryId, adminEmail: "other@example.test", key: "" }), settings),
  updateLdap: names(updateLdap, ["settings.update"], (p) => ({ ...ldap, id: p.askedDirectoryId, password: "another" }), settings),
  updateDirectorySchedule: names(updateDirectorySchedule, ["settings.update"], (p) => ({ id: p.askedDirectoryId, everyMinutes: 60, mostLossPercent: 30, mostLossPeople: 5 }), settings),
  previewDirectory: names(previewDirectory, ["settings.update"], (p) => ({ id: p.askedDirectoryId }), settings),
  syncDirectory: names(syncDirectory, ["settings.update"], (p) => ({ id: p.askedDirectoryId }), settings),
  cancelDirectorySync: names(cancelDirectorySync, ["settings.update"], (p) => ({ id: p.syncingDirectoryId }), settings),
  testDirectory: names(testDirectory, ["settings.update"], (p) => ({ id: p.askedDirectoryId }), settings),

  readDirectory: plain(readDirectory, "portal", sync),
  compareDirectory: plain(compareDirectory, "portal", sync),
  findConflicts: plain(findConflicts, "portal", (p) => p.syncId),
  applyDirectory: plain(applyDirectory, "portal", sync),
  finishDirectorySync: plain(finishDirectorySync, "portal", sync),
  failDirectorySync: plain(failDirectorySync, "portal", (p) => ({ syncId: p.syncId, problem: null, hint: null })),
  startDueSyncs: plain(startDueSyncs, "portal"),
  checkDirectoryDrift: plain(checkDirectoryDrift, "portal"),

  createDirectoryGroup: plain(createDirectoryGroup, "portal", () => ({ displayName: newId() })),
  createDirectoryUser: plain(createDirectoryUser, "portal", user),
  deleteDirectoryGroup: plain(deleteDirectoryGroup, "portal", (p) => ({ id: p.groupId, version })),
  deleteDirectoryUser: plain(deleteDirectoryUser, "portal", (p) => ({ id: p.conflictUserId, version })),
  getDirectoryGroup: plain(getDirectoryGroup, "portal", (p) => ({ id: p.groupId, withMembers: true })),
  getDirectoryUser: plain(getDirectoryUser, "portal", (p) => ({ id: p.conflictUserId })),
  listDirectoryGroups: plain(listDirectoryGroups, "portal", () => ListQuery.parse({})),
  listDirectoryUsers: plain(listDirectoryUsers, "portal", () => ListQuery.parse({})),
  noteDirectoryError: plain(noteDirectoryError, "portal", () => "refused"),
  noteDirectorySuccess: plain(noteDirectorySuccess, "portal"),
  patchDirectoryGroup: plain(patchDirectoryGroup, "portal", (p) => ({ id: p.groupId, version, body: patch })),
  patchDirectoryUser: plain(patchDirectoryUser, "portal", (p) => ({ id: p.conflictUserId, version, body: patch })),
  replaceDirectoryGroup: plain(replaceDirectoryGroup, "portal", (p) => ({ id: p.groupId, version, body: { displayName: "Renamed" } })),
  replaceDirectoryUser: plain(replaceDirectoryUser, "portal", (p) => ({ id: p.conflictUserId, version, body: user() })),
};
