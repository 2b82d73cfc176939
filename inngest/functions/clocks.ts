import { escalateApprovals } from "@/lib/approvals/escalate";
import { expireApprovals } from "@/lib/approvals/expire";
import { archiveAudit } from "@/lib/audit/archive";
import { checkpoint } from "@/lib/audit/checkpoint";
import { indexAudit } from "@/lib/audit/index-events";
import { verifyNightly } from "@/lib/audit/verify-nightly";
import { ensurePartitions } from "@/lib/audit/partitions";
import { expireReservations } from "@/lib/budgets/expire-reservations";
import { collectChat } from "@/lib/chat/collect";
import type { Ctx, SystemName } from "@/lib/ctx/ctx";
import { systemCtx } from "@/lib/ctx/system";
import { checkDirectoryDrift } from "@/lib/directory/check-drift";
import { startDueSyncs } from "@/lib/directory/pull/start-due";
import { log } from "@/lib/log";
import { organizationIds } from "@/lib/organizations/ids";
import { endChildren } from "@/lib/spawn/end";
import { lookAfterConnections } from "@/lib/sso/look-after";
import { inngest } from "../client";

export const approvalClock = clock("expire-approvals", "approvals", expireApprovals);
/** Where nobody decides for long, the approval policy says who else is asked. */
export const escalationClock = clock("escalate-approvals", "approvals", escalateApprovals);
export const reservationClock = clock("expire-reservations", "budgets", expireReservations);
export const childClock = clock("end-children", "agents", endChildren);
/** What channels in chats were not told yet. Looked for here, so that no decision waits for it. */
export const chatClock = clock("collect-chat", "chat", collectChat);
export const checkpointClock = clock("checkpoint-audit", "audit", checkpoint);
export const indexClock = clock("index-audit", "audit", indexAudit);

/** Directories that are asked are asked again when their time has come. */
export const directoryClock = clock("sync-directories", "directories", startDueSyncs);

/** Every night roles are compared with the groups that give them. */
export const driftClock = clock("check-directories", "directories", checkDirectoryDrift, "23 2 * * *");

/** Every night hashes are computed anew, so that a change is found although nobody asks. */
export const verificationClock = clock("verify-audit", "audit", (ctx) => verifyNightly(ctx), "41 2 * * *");

/** Once a night, what happened since the last archive becomes a file. */
export const archiveClock = clock("archive-audit", "audit", archiveAudit, "17 3 * * *");

/** Once an hour; what is to be read once a day is read when its day is over. */
export const connectionClock = clock("look-after-connections", "sign-in", lookAfterConnections, "23 * * * *");

export const partitionClock = inngest.createFunction({ id: "audit-partitions", triggers: { cron: "7 3 * * *" } }, async ({ step }) => {
  await step.run("make the months ahead", ensurePartitions);
});

/** Once a minute unless told, each organization in a context of its own: what fails in one does not hold up the others. */
function clock(id: string, system: SystemName, verb: (ctx: Ctx) => Promise<unknown>, cron = "* * * * *") {
  return inngest.createFunction({ id, triggers: { cron }, retries: 0, concurrency: { limit: 1 } }, async ({ step }) => {
    await step.run("visit every organization", async () => {
      const failures: string[] = [];
      for (const organizationId of await organizationIds()) {
        await verb(systemCtx(system, organizationId)).catch((error: unknown) => {
          failures.push(organizationId);
          log.error({ err: error, organizationId, clock: id }, "a clock failed for an organization");
        });
      }
      if (failures.length > 0) throw new Error(`${id} failed for ${failures.length} organizations; see the log`);
    });
  });
}
