import type { Context } from "hono";
import { scimAddress } from "@/lib/directory/address";
import { chatUrn } from "@/lib/directory/scim/chat-extension";
import type { GroupRow, GroupMember } from "@/lib/directory/groups/row";
import type { UserRow } from "@/lib/directory/users/row";
import type { ScimEnv } from "./request";

const guards = { "cache-control": "no-store", "x-content-type-options": "nosniff", "content-security-policy": "default-src 'none'; frame-ancestors 'none'" };

export function answerScim(c: Context<ScimEnv>, status: number, body: unknown, headers: Record<string, string> = {}): Response {
  const given = { "content-type": "application/scim+json; charset=utf-8", "x-request-id": c.get("requestId"), ...guards, ...headers };
  return new Response(body === null ? null : JSON.stringify(body), { status, headers: given });
}

/** One resource with its address and version; 304 where the client has that version. */
export function answerResource(c: Context<ScimEnv>, status: 200 | 201, resource: { meta: { location: string; version: string } }): Response {
  const { location, version } = resource.meta;
  if (c.req.method === "GET" && c.req.header("if-none-match") === version) return answerScim(c, 304, null, { etag: version });
  return answerScim(c, status, resource, { etag: version, ...(status === 201 ? { location } : {}) });
}

/** A page of a list (RFC 7644, section 3.4.2). */
export function answerList(c: Context<ScimEnv>, page: { total: number; startIndex: number; resources: readonly unknown[] }): Response {
  const { total, startIndex, resources } = page;
  return answerScim(c, 200, {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], totalResults: total, startIndex, itemsPerPage: resources.length, Resources: resources,
  });
}

function metaOf(resourceType: "User" | "Group", row: UserRow | GroupRow) {
  return {
    resourceType,
    created: row.createdAt.toISOString(),
    lastModified: row.updatedAt.toISOString(),
    location: scimAddress(`${resourceType}s/${row.id}`),
    version: `W/"${row.version}"`,
  };
}

export function userResource(row: UserRow) {
  const { id, externalId, userName, active, profile: { chat, ...profile } } = row;
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", ...(chat ? [chatUrn] : [])],
    id,
    ...(externalId ? { externalId } : {}),
    userName,
    active,
    ...profile,
    ...(chat ? { [chatUrn]: chat } : {}),
    meta: metaOf("User", row),
  };
}

export function groupResource(row: GroupRow, members: readonly GroupMember[] | null) {
  const { id, externalId, displayName } = row;
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
    id,
    ...(externalId ? { externalId } : {}),
    displayName,
    ...(members ? { members: members.map((each) => ({ value: each.id, display: each.userName, $ref: scimAddress(`Users/${each.id}`), type: "User" })) } : {}),
    meta: metaOf("Group", row),
  };
}
