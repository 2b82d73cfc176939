import { z } from "zod";

const tenant = { organizationId: z.uuid() };

/** Every job event. They only wake a worker: functions read the state again. */
export const jobEvents = {
  /** An action of the sandbox kind was stored with its run: allowed, or waiting for an approval. */
  "run/created": z.object({ ...tenant, runId: z.uuid(), actionId: z.uuid(), agentId: z.uuid(), approvalId: z.uuid().nullable() }),
  /** The run ended, whatever way. */
  "run/finished": z.object({ ...tenant, runId: z.uuid(), agentId: z.uuid() }),
  "run/kill-requested": z.object({ ...tenant, runId: z.uuid() }),
  /** Decided, expired or cancelled. */
  "approval/decided": z.object({ ...tenant, approvalId: z.uuid() }),
  "budget/threshold-crossed": z.object({ ...tenant, windowId: z.uuid(), threshold: z.number().int() }),
  "directory/sync-requested": z.object({ ...tenant, directoryId: z.uuid(), syncId: z.uuid() }),
  "chat/queued": z.object({ ...tenant, messageId: z.uuid() }),
  "mail/queued": z.object({ ...tenant, mailId: z.uuid() }),
} as const;

export type JobEventName = keyof typeof jobEvents;
export type JobEvent = { [N in JobEventName]: { name: N; data: z.infer<(typeof jobEvents)[N]> } }[JobEventName];
