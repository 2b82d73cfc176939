import { z } from "zod";
import { lockKinds, type LockKind } from "@/db/schema/lock";
import { roles } from "@/lib/ability/permissions";
import { toolGlob } from "@/lib/policies/glob";

/** What is to be locked. A tool is a name or a glob, as in a policy; everywhere, or in one workspace. */
export const targetFields = {
  kind: z.enum(lockKinds),
  target: z.string().trim().min(1, "choose what is to be locked").max(128),
  workspaceId: z.union([z.uuid(), z.null(), z.literal("").transform(() => null)]).default(null),
};

type Target = { kind: LockKind; target: string; workspaceId: string | null };

const id = z.uuid("must be an id");
const targetOf: Record<LockKind, z.ZodType<string>> = {
  person: id,
  device: id,
  key: id,
  agent: id,
  workspace: id,
  organization: id,
  approval: id,
  role: z.enum(roles, "is not a role"),
  // As the policy compares tools: `/` and `.` are the same.
  tool: toolGlob.transform((name) => name.replaceAll("/", ".")),
};

/** The one way to write what is meant: of a tool its dotted name, of everything else an id or a role's name. */
export function canonicalTarget<T extends Target>(input: T, context: z.RefinementCtx<T>): T {
  const read = targetOf[input.kind].safeParse(input.target);
  if (!read.success) context.addIssue({ code: "custom", path: ["target"], message: read.error.issues[0]?.message ?? "is not right" });
  return { ...input, target: read.data ?? "", workspaceId: input.kind === "tool" ? input.workspaceId : null };
}

export const LockTarget = z.strictObject(targetFields).transform(canonicalTarget);
export type LockTarget = z.infer<typeof LockTarget>;
