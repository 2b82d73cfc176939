import { describe, expect, it } from "vitest";
import { systemCtx } from "@/lib/ctx/system";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { checkpoint } from "./checkpoint";
import { auditStanding } from "./standing";
import { appendEvents, tamper, useAuditKey } from "./testing";
import { verify } from "./verify";

const testDatabase = useTestDatabase();
useAuditKey();

describe("auditStanding", () => {
  it("says up to which event the stream is verified, signed or not", async () => {
    const { organizationId, as } = await tenant();
    const auditor = await as("auditor");
    expect(await auditStanding(auditor)).toMatchObject({ verifiedTo: 0, head: 0, checkpoint: null, full: null, problem: null });
    await appendEvents(auditor, 3);
    await checkpoint(systemCtx("audit", organizationId));
    await appendEvents(auditor, 2);
    expect(await auditStanding(auditor)).toMatchObject({ verifiedTo: 5, head: 5, checkpoint: { size: 3 }, problem: null });
    await verify(auditor);
    expect(await auditStanding(auditor)).toMatchObject({ verifiedTo: 6, full: { verifiedTo: 5, by: "auditor", problem: null } });
  });

  it("shows what is wrong after the checkpoint at once, and before it once it was found", async () => {
    const { organizationId, as } = await tenant();
    const auditor = await as("auditor");
    await appendEvents(auditor, 4);
    await checkpoint(systemCtx("audit", organizationId));
    await appendEvents(auditor, 4);
    const change = (seq: number) => tamper(testDatabase.current().adminUrl, (sql) => sql`update audit_event set actor_name = 'Nobody' where organization_id = ${organizationId} and seq = ${seq}`);
    await change(2);
    expect((await auditStanding(auditor)).problem).toBeNull();
    await verify(auditor);
    expect((await auditStanding(auditor)).problem).toMatchObject({ seq: 2, kind: "changed" });
    await change(7);
    expect(await auditStanding(auditor)).toMatchObject({ verifiedTo: 6, problem: { seq: 7, kind: "changed" } });
  });
});
