import { permissionsOf, roles, type Role } from "@/lib/ability/permissions";
import type { ApprovalRule } from "./content";

// Apart from the schema, since the editor in the browser needs these words: the schema would bring all of zod along, which the content policy objects to as well.

/** Rules of one document. */
export const mostRules = 200;

export const riskOrder = ["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;
export const requestKinds = ["action", "budget", "spawn", "access"] as const;

/** Roles that a stage can ask: those that decide requests, and billing admins, who decide about money. */
export const askableRoles: Role[] = roles.filter((role) => permissionsOf(role).includes("approvals.decide") || role === "billing_admin");

/** What people approve no more than this is never allowed without one: it leaves the company, moves money or touches what is central. */
export const riskiestAutomatic = "MEDIUM";

export const matchesEverything: ApprovalRule["match"] = { kinds: null, tools: null, riskAtLeast: null, costAtLeastMicros: null, workspaceIds: null, agentIds: null };

/** What an editor puts where an amount was typed that cannot be read; no content takes it. */
export const unreadAmount = -1;
