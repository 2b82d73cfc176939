import { z } from "zod";

const text = z.string();
const maybe = z.string().nullable();

/** The parts of an event's body that others rely on; the rest is read as it is. */
export const AuditBody = z.object({
  v: z.literal(1),
  id: text,
  organization: text,
  time: text,
  actor: z.object({
    kind: text,
    id: text,
    name: text,
    ip: maybe,
    userAgent: maybe,
    roles: z.array(text).optional(),
    session: text.optional(),
    key: text.optional(),
  }),
  action: text,
  resource: z.object({ type: text, id: text, name: text, workspace: maybe }),
  details: z.record(z.string(), z.unknown()),
  outcome: z.enum(["success", "failure", "blocked"]),
  severity: z.enum(["info", "notice", "warning", "critical"]),
  approval: z.object({ id: text, required: z.boolean(), by: maybe, policyVersion: z.number().nullable() }).optional(),
  requestId: text,
});
export type AuditBody = z.infer<typeof AuditBody>;

/** Reads a body; null when it is not one. */
export function parseBody(body: string): AuditBody | null {
  try {
    return AuditBody.safeParse(JSON.parse(body)).data ?? null;
  } catch {
    return null;
  }
}
