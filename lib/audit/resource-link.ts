const links = {
  action: null,
  agent: (id: string) => `/agents/${id}`,
  approval: (id: string) => `/approvals/${id}`,
  audit: () => "/audit",
  audit_archive: () => "/audit/archives",
  audit_event: (id: string) => `/audit/${id}`,
  budget: (id: string) => `/budgets/${id}`,
  chat_channel: () => "/settings/notices",
  delegation: null,
  directory: (id: string) => `/settings/directory/${id}`,
  directory_group: null,
  directory_user: null,
  domain: null,
  governance_document: () => "/policies",
  invitation: null,
  key: () => "/settings/keys",
  lease: (id: string) => `/policies/leases/${id}`,
  lock: (id: string) => `/settings/locks/${id}`,
  organization: null,
  page: null,
  permission: null,
  person: (id: string) => `/settings/members/${id}`,
  project: null,
  request: null,
  run: (id: string) => `/runs/${id}`,
  session: null,
  "standing approval": () => "/policies/standing",
  template: (id: string) => `/policies/templates/${id}`,
  view: null,
  workspace: () => "/settings/workspaces",
} as const satisfies Record<string, ((id: string) => string) | null>;

const labels: Readonly<Record<string, string>> = { chat_channel: "chat", governance_document: "published policy", key: "API key", view: "saved search" };

/** "API key" for "key": what a kind of thing is called. */
export function typeLabel(type: string): string {
  return (Object.hasOwn(labels, type) ? labels[type] : undefined) ?? type.replaceAll("_", " ");
}

/** The kinds of things that events are about. */
export const resourceTypes = Object.keys(links);

/** Where in the portal the thing is that an event is about; null where it has no page of its own. */
export function resourceLink(type: string, id: string): string | null {
  const link: ((id: string) => string) | null | undefined = Object.hasOwn(links, type) ? links[type as keyof typeof links] : null;
  return link?.(encodeURIComponent(id)) ?? null;
}
