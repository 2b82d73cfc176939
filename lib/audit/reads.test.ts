import { expect, it } from "vitest";
import { eq } from "drizzle-orm";
import { auditEvent } from "@/db/stream/audit";
import { inTenant } from "@/db/tenant";
import { listActions } from "@/lib/actions/list";
import { database } from "@/lib/database";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";

useTestDatabase();

const readsOf = (organizationId: string) =>
  inTenant(database(), organizationId, (tx) => tx.select({ actor: auditEvent.actorId, page: auditEvent.resourceId }).from(auditEvent).where(eq(auditEvent.action, "access.read")).orderBy(auditEvent.seq));

it("records what an auditor reads, once per look and page", async () => {
  const { organizationId, as } = await tenant();
  const auditor = await as("auditor");
  for (const path of ["/agents", "/agents?after=x", "/runs"]) await listActions({ ...auditor, path }, {});
  expect(await readsOf(organizationId)).toEqual([
    { actor: auditor.actor.id, page: "/agents" },
    { actor: auditor.actor.id, page: "/runs" },
  ]);
});

it("leaves the reads of others alone", async () => {
  const { organizationId, as } = await tenant();
  await listActions({ ...(await as("supervisor")), path: "/agents" }, {});
  expect(await readsOf(organizationId)).toEqual([]);
});
