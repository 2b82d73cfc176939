const links = {
  action: null,
  agent: (id: string) => `/agents/${id}`,
  api_key: null,
  approval: (id: string) => `/approvals/${id}`,
  audit: () => "/audit",
  audit_archive: () => "/audit/archives",
  audit_event: (id: string) => `/audit/${id}`,
  budget: null,
  directory: (id: string) => `/settings/directory/${id}`,
  directory_group: null,
  directory_user: null,
  invitation: null,
  lease: (id: string) => `/policies/leases/${id}`,
  lock: (id: string) => `/settings/locks/${id}`,
  organization: null,
  permission: null,
  person: null,
  policy: null,
  project: null,
  run: (id: string) => `/runs/${id}`,
  session: null,
  template: (id: string) => `/policies/templates/${id}`,
  view: null,
  workspace: null,
} as const satisfies Record<string, ((id: string) => string) | null>;

/** The kinds of things that events are about. */
export const resourceTypes = Object.keys(links);

/** Where in the portal the thing is that an event is about; null where it has no page of its own. */
export function resourceLink(type: string, id: string): string | null {
  const link: ((id: string) => string) | null | undefined = Object.hasOwn(links, type) ? links[type as keyof typeof links] : null;
  return link?.(encodeURIComponent(id)) ?? null;
}
