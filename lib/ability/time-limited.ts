import type { PersonCtx } from "@/lib/ctx/ctx";
import { permissionTable } from "./permissions";

/** Whether any of the person's roles must have a last day, as an auditor's. */
export function isTimeLimited(ctx: Pick<PersonCtx, "actor">): boolean {
  return ctx.actor.roles.some(({ role }) => permissionTable[role].timeLimited);
}
