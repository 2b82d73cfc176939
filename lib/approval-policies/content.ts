import { z } from "zod";

/** Who decides what agents ask for, at one level. */
export const ApprovalsContent = z.strictObject({ rules: z.array(z.never()) });
export type ApprovalsContent = z.infer<typeof ApprovalsContent>;

export const firstApprovals: ApprovalsContent = { rules: [] };
