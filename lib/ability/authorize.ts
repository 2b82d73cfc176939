import { subject } from "@casl/ability";
import type { Tx } from "@/db/tenant";
import type { Ctx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import type { Conditions } from "./define";
import type { ActionOf, Resource } from "./permissions";

/** The permissions asked for in each transaction; `transact` and `read` refuse to end where nothing was asked. */
const checked = new WeakMap<Tx, Set<string>>();

/** What is acted on, as far as rights depend on it. `workspaceId` null: the organization itself. */
export type Target = { workspaceId: string | null; agentId?: string | null };

/** Whether the caller may; for what is offered on a page. A verb uses `authorize`. */
export function may<R extends Resource>(ctx: Pick<Ctx, "ability">, resource: R, action: ActionOf<R>, target?: Target): boolean {
  if (target === undefined) return ctx.ability.can(action, resource);
  const object: Conditions = {};
  if (target.workspaceId) object.workspaceId = target.workspaceId;
  if (target.agentId) object.agentId = target.agentId;
  return ctx.ability.can(action, subject<Resource, Conditions>(resource, object));
}

/**
 * Lets the caller go on or refuses.
 * @throws AppError `forbidden`, which `transact` records as a denial.
 */
export function authorize<R extends Resource>(tx: Tx, ctx: Ctx, resource: R, action: ActionOf<R>, target: Target): void {
  markChecked(tx, `${resource}.${action}`);
  if (!may(ctx, resource, action, target)) throw forbidden(ctx, `${resource}.${action}`);
}

/** As `authorize`, where holding the permission anywhere is enough: for lists and for what names no thing. */
export function authorizeAnywhere<R extends Resource>(tx: Tx, ctx: Ctx, resource: R, action: ActionOf<R>): void {
  markChecked(tx, `${resource}.${action}`);
  if (!may(ctx, resource, action)) throw forbidden(ctx, `${resource}.${action}`);
}

/** As `authorize`, where one of several permissions is enough. */
export function authorizeAny(tx: Tx, ctx: Ctx, target: Target, ...options: readonly Option[]): void {
  markChecked(tx, ...options.map(([resource, action]) => `${resource}.${action}`));
  if (!options.some(([resource, action]) => may(ctx, resource, action as never, target))) {
    throw forbidden(ctx, options.map(([resource, action]) => `${resource}.${action}`).join(" or "));
  }
}
type Option = { [R in Resource]: readonly [R, ActionOf<R>] }[Resource];

/** For what the portal does by itself: no person and no key reaches it, whatever else they may read or do. */
export function authorizeSystem<R extends Resource>(tx: Tx, ctx: Ctx, resource: R, action: ActionOf<R>): void {
  markChecked(tx, `${resource}.${action}`);
  if (ctx.actor.kind !== "system" || !may(ctx, resource, action, { workspaceId: null })) throw forbidden(ctx, "the portal itself");
}

/** For what a directory says of its own people by its token: no person, no key and no part of the portal reaches it. */
export function authorizeDirectory(tx: Tx, ctx: Ctx, action: ActionOf<"users">): void {
  markChecked(tx, `users.${action}`);
  if (ctx.actor.kind !== "directory" || !may(ctx, "users", action, { workspaceId: null })) throw forbidden(ctx, "a directory");
}

/** For what every signed-in person may do with what is theirs (own sessions, own notices). */
export function authorizeSelf(tx: Tx, ctx: Ctx, personId: string): void {
  markChecked(tx);
  if (ctx.actor.kind !== "person" || ctx.actor.id !== personId) throw forbidden(ctx, "own account only");
}

export function markChecked(tx: Tx, ...permissions: readonly string[]): void {
  const asked = checked.get(tx) ?? new Set();
  for (const permission of permissions) asked.add(permission);
  checked.set(tx, asked);
}

/** What was asked for in this transaction; null when nothing was, and empty where everybody may (what is one's own). */
export function askedIn(tx: Tx): ReadonlySet<string> | null {
  return checked.get(tx) ?? null;
}

function forbidden(ctx: Ctx, permission: string): AppError {
  return new AppError("forbidden", `This needs the permission ${permission}.`, {
    hint:
      ctx.actor.kind === "agent"
        ? "The key lacks this scope. Ask the agent's owner for a key that has it."
        : "Ask an organization admin for a role that has it.",
    extensions: { permission },
  });
}
