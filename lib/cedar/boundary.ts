/** What an agent does where a decision is asked for, as the published schema's actions have it. */
export const boundaryActions = ["tool", "command", "file_read", "file_write", "network", "communication", "spawn", "fork", "stage", "secret"] as const;
export type BoundaryAction = (typeof boundaryActions)[number];

/** Names for several actions at once, as in `action in Countersign::Action::"file"`; all are in `boundary`. */
export const actionGroups = { file: ["file_read", "file_write"], outside: ["network", "communication"], child: ["spawn", "fork"] } as const satisfies Record<string, readonly BoundaryAction[]>;

/** What each action may be done to. */
export const resourcesOf = {
  tool: ["Tool", "Model", "Table"],
  command: ["Command"],
  file_read: ["Path"],
  file_write: ["Path"],
  network: ["Domain"],
  communication: ["Channel"],
  spawn: ["Agent"],
  fork: ["Agent"],
  stage: ["Stage"],
  secret: ["Secret"],
} as const satisfies Record<BoundaryAction, readonly string[]>;
export type ResourceType = (typeof resourcesOf)[BoundaryAction][number];

/**
 * One thing that an agent would touch. `id` is in its normal form already: a path without `..`, a host in lower case.
 * `attributes`: what cannot be read off the id; the schema says which there are, and others are left out.
 */
export type CedarBoundary = { action: BoundaryAction; resource: { type: ResourceType; id: string; attributes?: Readonly<Record<string, string | number | boolean>> } };
