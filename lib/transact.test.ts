import { eq, inArray } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { workspace } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import { auditEvent } from "@/db/stream/audit";
import { inTenant } from "@/db/tenant";
import { authorize } from "./ability/authorize";
import { afterCommit } from "./after-commit";
import { database } from "./database";
import { newId } from "./id";
import { useTestDatabase } from "./testing/database";
import { tenant } from "./testing/tenant";
import { transact } from "./transact";

useTestDatabase();

const entry = (id: string) => ({ action: "workspaces.created" as const, resource: { type: "workspace", id, name: "W" } });

async function eventsOf(organizationId: string) {
  return inTenant(database(), organizationId, (tx) => tx.select().from(auditEvent).orderBy(auditEvent.seq));
}

describe("transact", () => {
  it("commits the change and its event together, in one chain", async () => {
    const { organizationId, as } = await tenant();
    const admin = await as("organization_admin");
    const id = newId();
    await transact(admin, async (tx) => {
      authorize(tx, admin, "workspaces", "create", { workspaceId: null });
      await tx.insert(workspace).values({ id, organizationId, name: "W", slug: "w" });
      return { value: null, audit: entry(id) };
    });
    const events = await eventsOf(organizationId);
    expect(events.map((event) => [event.seq, event.action, event.actorId])).toEqual([[1, "workspaces.created", admin.actor.id]]);
  });

  it("lets nothing be changed by a role whose last day is over, though nobody took it away", async () => {
    const { organizationId, as } = await tenant();
    const admin = await as("organization_admin");
    const ended = { ...admin, actor: { ...admin.actor, roles: admin.actor.roles.map((role) => ({ ...role, validUntil: new Date(Date.now() - 1_000) })) } };
    const change = transact(ended, async (tx) => {
      authorize(tx, ended, "workspaces", "create", { workspaceId: null });
      return { value: null, audit: entry(newId()) };
    });
    await expect(change).rejects.toMatchObject({ code: "conflict" });
    expect(await eventsOf(organizationId)).toEqual([]);
  });

  it("counts what was committed, and nothing that was undone", async () => {
    const { as } = await tenant();
    const admin = await as("organization_admin");
    let counted = 0;
    const write = (fails: boolean) =>
      transact(admin, async (tx) => {
        authorize(tx, admin, "workspaces", "create", { workspaceId: null });
        afterCommit(tx, () => (counted += 1));
        if (fails) throw new Error("undone");
        return { value: counted, audit: entry(newId()) };
      });
    await expect(write(true)).rejects.toThrow("undone");
    expect([await write(false), counted]).toEqual([0, 1]);
  });

  it("does a change again that was undone because another waited for it in turn", async () => {
    const { organizationId, as } = await tenant();
    const admin = await as("organization_admin");
    const ids = [newId(), newId()];
    await inTenant(database(), organizationId, (tx) => tx.insert(workspace).values(ids.map((id) => ({ id, organizationId, name: "W", slug: id }))));
    let begun = 0;
    let bothBegan = () => {};
    const both = new Promise<void>((resolve) => (bothBegan = resolve));
    const rename = (order: string[], name: string) => {
      let tries = 0;
      return transact(admin, async (tx) => {
        authorize(tx, admin, "workspaces", "create", { workspaceId: null });
        tries += 1;
        for (const id of order) {
          await tx.update(workspace).set({ name }).where(eq(workspace.id, id));
          if (++begun === 2) bothBegan();
          await both;
        }
        return { value: tries, audit: entry(newId()) };
      });
    };
    const tries = await Promise.all([rename(ids, "one"), rename(ids.toReversed(), "other")]);
    expect(tries.toSorted()).toEqual([1, 2]);
    expect(await eventsOf(organizationId)).toHaveLength(2);
    const names = await inTenant(database(), organizationId, (tx) => tx.select({ name: workspace.name }).from(workspace).where(inArray(workspace.id, ids)));
    expect(new Set(names.map((row) => row.name)).size).toBe(1);
  });

  it("writes nothing when the verb did not ask for authorization", async () => {
    const { organizationId, as } = await tenant();
    const admin = await as("organization_admin");
    const id = newId();
    const attempt = transact(admin, async (tx) => {
      await tx.insert(workspace).values({ id, organizationId, name: "W", slug: "w" });
      return { value: null, audit: entry(id) };
    });
    await expect(attempt).rejects.toThrow("without authorize()");
    expect(await eventsOf(organizationId)).toEqual([]);
    expect(await inTenant(database(), organizationId, (tx) => tx.select().from(workspace).where(eq(workspace.id, id)))).toEqual([]);
  });

  it("records a denial although the transaction is rolled back", async () => {
    const { organizationId, as } = await tenant();
    const viewer = await as("viewer");
    const attempt = transact(viewer, async (tx) => {
      authorize(tx, viewer, "workspaces", "create", { workspaceId: null });
      return { value: null, audit: entry(newId()) };
    });
    await expect(attempt).rejects.toMatchObject({ code: "forbidden" });
    expect((await eventsOf(organizationId)).map((event) => [event.action, event.outcome, event.resourceId])).toEqual([
      ["access.denied", "blocked", "workspaces.create"],
    ]);
  });

  it("refuses a context made before the person's access changed", async () => {
    const { organizationId, as } = await tenant();
    const admin = await as("organization_admin");
    await inTenant(database(), organizationId, (tx) => tx.update(person).set({ accessVersion: 2 }).where(eq(person.id, admin.actor.id)));
    const attempt = transact(admin, async (tx) => {
      authorize(tx, admin, "workspaces", "create", { workspaceId: null });
      return { value: null, audit: entry(newId()) };
    });
    await expect(attempt).rejects.toMatchObject({ code: "conflict" });
  });

  it("makes a chain without holes or forks when many write at once", async () => {
    const { organizationId, as } = await tenant();
    const admin = await as("organization_admin");
    await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        transact(admin, async (tx) => {
          authorize(tx, admin, "workspaces", "create", { workspaceId: null });
          if (i % 4 === 0) throw new Error("rolled back");
          return { value: null, audit: [entry(newId()), entry(newId())] };
        }).catch(() => null),
      ),
    );
    const events = await eventsOf(organizationId);
    expect(events.map((event) => event.seq)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    expect(new Set(events.map((event) => event.chainHash.toString("hex"))).size).toBe(60);
  });
});
