import type { PersonCtx } from "@/lib/ctx/ctx";

/** Whether the caller's roles ask for a second factor that they should have had by now. */
export function isFactorOverdue({ factorDueAt }: Pick<PersonCtx, "factorDueAt">): boolean {
  return factorDueAt ? factorDueAt <= new Date() : false;
}
