import { eq } from "drizzle-orm";
import { z } from "zod";
import { action } from "@/db/schema/action";
import { directory } from "@/db/schema/directory";
import { run } from "@/db/schema/run";
import type { Tx } from "@/db/tenant";
import { authorize, authorizeAnywhere, authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, notFound } from "@/lib/errors";
import type { Topic } from "./topics";

/**
 * The topic that a name in an address means for this person: `approvals`, `notices` (their own), `run:<id>`, `action:<id>`,
 * `directory:<id>`.
 * @throws AppError `forbidden`, `not_found`, or `invalid_input` for a name that is none of these.
 */
export async function authorizeTopic(tx: Tx, ctx: PersonCtx, name: string): Promise<Topic> {
  const [kind, id = ""] = name.split(":");
  switch (kind) {
    case "approvals":
      authorizeAnywhere(tx, ctx, "approvals", "view");
      return "approvals";
    case "notices":
      authorizeSelf(tx, ctx, ctx.actor.id);
      return `notices:${ctx.actor.id}`;
    case "run": {
      const [row] = await tx.select({ workspaceId: run.workspaceId, agentId: run.agentId }).from(run).where(eq(run.id, id));
      if (!row) throw notFound("run");
      authorize(tx, ctx, "runs", "view", row);
      return `run:${id}`;
    }
    case "action": {
      const [row] = await tx.select({ workspaceId: action.workspaceId, agentId: action.agentId }).from(action).where(eq(action.id, id));
      if (!row) throw notFound("action");
      authorize(tx, ctx, "actions", "view", row);
      return `action:${id}`;
    }
    case "directory": {
      authorize(tx, ctx, "settings", "read", { workspaceId: null });
      if (!z.uuid().safeParse(id).success) throw notFound("directory");
      const [row] = await tx.select({ id: directory.id }).from(directory).where(eq(directory.id, id));
      if (!row) throw notFound("directory");
      return `directory:${id}`;
    }
    default:
      throw new AppError("invalid_input", "There is no such topic.", { hint: "Use approvals, notices, run:<id>, action:<id> or directory:<id>." });
  }
}
