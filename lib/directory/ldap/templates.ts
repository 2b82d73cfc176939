const port = { ldaps: 636, plain: 389 };

/** What is asked of each kind of server where nothing else is said. */
export const templates = {
  ad: {
    port,
    userFilter: "(&(objectCategory=person)(objectClass=user))",
    groupFilter: "(objectClass=group)",
    idAttribute: "objectGUID",
    userNameAttribute: "userPrincipalName",
    emailAttribute: "mail",
    nameAttribute: "displayName",
    memberAttribute: "member",
  },
  openldap: {
    port,
    userFilter: "(objectClass=inetOrgPerson)",
    groupFilter: "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=posixGroup))",
    idAttribute: "entryUUID",
    userNameAttribute: "uid",
    emailAttribute: "mail",
    nameAttribute: "displayName",
    memberAttribute: "member",
  },
} as const satisfies Record<string, { port: typeof port } & Record<string, unknown>>;
