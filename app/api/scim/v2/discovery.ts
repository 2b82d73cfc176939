import { scimAddress } from "@/lib/directory/address";
import { chatAttributes, chatUrn } from "@/lib/directory/scim/chat-extension";
import { mostResults } from "@/lib/directory/scim/page";
import { notFound } from "@/lib/errors";
import { answerList, answerScim } from "./answer";
import type { Scim } from "./request";

const core = (name: string) => `urn:ietf:params:scim:schemas:core:2.0:${name}`;

type Attribute = { name: string; type?: "string" | "boolean" | "complex" | "reference"; multiValued?: boolean; required?: boolean; uniqueness?: "none" | "server"; mutability?: string; subAttributes?: unknown[] };

function attribute({ name, type = "string", multiValued = false, required = false, uniqueness = "none", mutability = "readWrite", subAttributes }: Attribute) {
  return { name, type, multiValued, required, caseExact: false, mutability, returned: "default", uniqueness, description: "", ...(subAttributes ? { subAttributes } : {}) };
}

const schemas = [
  {
    id: core("User"),
    name: "User",
    description: "Somebody who works here",
    attributes: [
      attribute({ name: "userName", required: true, uniqueness: "server" }),
      attribute({ name: "active", type: "boolean" }),
      attribute({ name: "displayName" }),
      attribute({ name: "title" }),
      attribute({ name: "name", type: "complex", subAttributes: ["formatted", "givenName", "familyName"].map((name) => attribute({ name })) }),
      attribute({ name: "emails", type: "complex", multiValued: true, subAttributes: [attribute({ name: "value" }), attribute({ name: "type" }), attribute({ name: "primary", type: "boolean" })] }),
    ],
  },
  { id: chatUrn, name: "Chat", description: "Who they are in a chat where requests may be decided", attributes: chatAttributes.map((name) => attribute({ name })) },
  {
    id: core("Group"),
    name: "Group",
    description: "People who get the same roles",
    attributes: [
      attribute({ name: "displayName", required: true, uniqueness: "server" }),
      attribute({ name: "members", type: "complex", multiValued: true, subAttributes: ["value", "display", "type"].map((name) => attribute({ name, mutability: "immutable" })) }),
    ],
  },
].map((schema) => ({ schemas: [core("Schema")], ...schema }));

const types = (["User", "Group"] as const).map((id) => ({ schemas: [core("ResourceType")], id, name: id, endpoint: `/${id}s`, schema: core(id), schemaExtensions: id === "User" ? [{ schema: chatUrn, required: false }] : [] }));

/** What this service can do (RFC 7643, sections 5 to 7), so that a directory need not be told. */
export function mountDiscovery(scim: Scim): void {
  scim.get("/ServiceProviderConfig", (c) =>
    answerScim(c, 200, {
      schemas: [core("ServiceProviderConfig")],
      patch: { supported: true },
      bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
      filter: { supported: true, maxResults: mostResults },
      changePassword: { supported: false },
      sort: { supported: false },
      etag: { supported: true },
      authenticationSchemes: [{ type: "oauthbearertoken", name: "Bearer token", description: "The token that Settings, Directory shows once.", primary: true }],
      meta: { resourceType: "ServiceProviderConfig", location: scimAddress("ServiceProviderConfig") },
    }),
  );
  const collections = [
    { path: "Schemas", resourceType: "Schema", resources: schemas },
    { path: "ResourceTypes", resourceType: "ResourceType", resources: types },
  ] as const;
  for (const { path, resourceType, resources } of collections) {
    const shown = () => resources.map((each) => ({ ...each, meta: { resourceType, location: scimAddress(`${path}/${each.id}`) } }));
    scim.get(`/${path}`, (c) => answerList(c, { total: resources.length, startIndex: 1, resources: shown() }));
    scim.get(`/${path}/:id`, (c) => {
      const found = shown().find(({ id }) => id === c.req.param("id"));
      if (!found) throw notFound(resourceType);
      return answerScim(c, 200, found);
    });
  }
}
