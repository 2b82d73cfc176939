import { DELETE, GET, PATCH, POST, PUT } from "./[...path]/route";

const handlers = { GET, POST, PUT, PATCH, DELETE };
const core = (name: string) => `urn:ietf:params:scim:schemas:core:2.0:${name}`;
const patchOp = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

export type Answer = { status: number; body: Record<string, unknown> & { id: string }; headers: Headers };
type Method = keyof typeof handlers;

/** A client of SCIM that knows its token and nothing else. */
export function scimClient(token: string) {
  return async (method: Method, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
    const response = await handlers[method](
      new Request(`http://localhost:3000/api/scim/v2${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/scim+json", ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    return { status: response.status, body: (text ? JSON.parse(text) : {}) as Answer["body"], headers: response.headers };
  };
}

export type Client = ReturnType<typeof scimClient>;

/** The requests of Okta, as developer.okta.com/docs/api/openapi/okta-scim/guides/scim-20 has them. */
export const okta = {
  find: (scim: Client, userName: string) => scim("GET", `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}&startIndex=1&count=100`),
  create: (scim: Client, userName: string, name: { givenName: string; familyName: string }) =>
    scim("POST", "/Users", {
      schemas: [core("User")],
      userName,
      name,
      emails: [{ primary: true, value: userName, type: "work" }],
      displayName: `${name.givenName} ${name.familyName}`,
      locale: "en-US",
      externalId: `00u${userName}`,
      groups: [],
      password: "1mz050nq",
      active: true,
    }),
  setActive: (scim: Client, id: string, active: boolean) => scim("PATCH", `/Users/${id}`, { schemas: [patchOp], Operations: [{ op: "replace", value: { active } }] }),
  createGroup: (scim: Client, displayName: string) => scim("POST", "/Groups", { schemas: [core("Group")], displayName, members: [] }),
  addMembers: (scim: Client, id: string, members: readonly string[]) =>
    scim("PATCH", `/Groups/${id}`, { schemas: [patchOp], Operations: [{ op: "add", path: "members", value: members.map((value) => ({ value, display: value })) }] }),
  removeMember: (scim: Client, id: string, member: string) => scim("PATCH", `/Groups/${id}`, { schemas: [patchOp], Operations: [{ op: "remove", path: `members[value eq "${member}"]` }] }),
  rename: (scim: Client, id: string, displayName: string) => scim("PATCH", `/Groups/${id}`, { schemas: [patchOp], Operations: [{ op: "replace", value: { id, displayName } }] }),
};

/** The requests of Entra ID, as learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups has them. */
export const entra = {
  find: (scim: Client, userName: string) => scim("GET", `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`),
  findGroup: (scim: Client, displayName: string) => scim("GET", `/Groups?excludedAttributes=members&filter=${encodeURIComponent(`displayName eq "${displayName}"`)}`),
  create: (scim: Client, userName: string) =>
    scim("POST", "/Users", {
      schemas: [core("User"), "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
      externalId: `0a21f0f2-${userName}`,
      userName,
      active: true,
      emails: [{ primary: true, type: "work", value: userName }],
      meta: { resourceType: "User" },
      name: { formatted: "Erika Entra", familyName: "Entra", givenName: "Erika" },
      roles: [],
    }),
  update: (scim: Client, id: string, email: string) =>
    scim("PATCH", `/Users/${id}`, {
      schemas: [patchOp],
      Operations: [
        { op: "Replace", path: 'emails[type eq "work"].value', value: email },
        { op: "Replace", path: "name.familyName", value: "Renamed" },
        { op: "Add", path: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", value: "Finance" },
      ],
    }),
  disable: (scim: Client, id: string) => scim("PATCH", `/Users/${id}`, { schemas: [patchOp], Operations: [{ op: "Replace", path: "active", value: "False" }] }),
  createGroup: (scim: Client, displayName: string) =>
    scim("POST", "/Groups", {
      schemas: [core("Group"), "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
      externalId: `8aa1a0c0-${displayName}`,
      displayName,
      meta: { resourceType: "Group" },
    }),
  addMember: (scim: Client, id: string, member: string) => scim("PATCH", `/Groups/${id}`, { schemas: [patchOp], Operations: [{ op: "Add", path: "members", value: [{ $ref: null, value: member }] }] }),
  removeMember: (scim: Client, id: string, member: string) => scim("PATCH", `/Groups/${id}`, { schemas: [patchOp], Operations: [{ op: "Remove", path: "members", value: [{ $ref: null, value: member }] }] }),
};
