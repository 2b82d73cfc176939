/** What can be followed; `access` of a person or an agent, which the portal itself follows. The name is all that is ever told: whoever hears it reads the state again, with their own rights. */
export type Topic = "approvals" | `run:${string}` | `action:${string}` | `tasks:${string}` | `notices:${string}` | `directory:${string}` | `access:${string}`;

/** The channel of LISTEN and NOTIFY that all processes share. */
export const liveChannel = "countersign_live";
