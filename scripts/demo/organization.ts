import { randomBytes } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { organization } from "@/db/schema/organization";
import { person, roleGrant, session } from "@/db/schema/people";
import { authorize } from "@/lib/ability/authorize";
import type { Role } from "@/lib/ability/permissions";
import { hashPassword } from "@/lib/auth/password";
import type { Ctx, PersonCtx } from "@/lib/ctx/ctx";
import { loadPersonCtx } from "@/lib/ctx/person";
import { systemCtx } from "@/lib/ctx/system";
import { newId } from "@/lib/id";
import { organizationIds } from "@/lib/organizations/ids";
import { longestSessionMs } from "@/lib/security/limits";
import { transact } from "@/lib/transact";
import { createProject } from "@/lib/workspaces/create-project";
import { createWorkspace } from "@/lib/workspaces/create";

export type DemoPerson = { id: string; name: string; email: string; password: string; role: Role };
export type Places = {
  finance: { id: string; expenses: string; invoices: string };
  support: { id: string; tickets: string };
};

const staff: readonly { name: string; address: string; role: Role; days?: number }[] = [
  { name: "Amara Osei", address: "amara", role: "organization_admin" },
  { name: "Jonas Lindqvist", address: "jonas", role: "supervisor" },
  { name: "Mei Tanaka", address: "mei", role: "billing_admin" },
  { name: "Rafael Moreno", address: "rafael", role: "auditor", days: 21 },
  { name: "Priya Raman", address: "priya", role: "agent_manager" },
  { name: "Tomasz Zielinski", address: "tomasz", role: "viewer" },
];

/** The organization with its people and places, and the admin's context in which the rest is made. */
export async function seedOrganization() {
  // A start that was cut off here leaves a part behind; the next one makes a whole organization beside it.
  const number = (await organizationIds()).length + 1;
  const domain = number === 1 ? "meridian.example" : `meridian-${number}.example`;
  const id = newId();
  const name = number === 1 ? "Meridian Foods" : `Meridian Foods ${number}`;
  const ctx = systemCtx("demo", id);
  await transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await tx.insert(organization).values({ id, name, slug: domain.replace(".example", ""), currency: "USD", timeZone: "UTC" });
    return { value: null, audit: { action: "organization.created", resource: { type: "organization", id, name } } };
  });
  const people: DemoPerson[] = [];
  for (const member of staff) people.push(await addPerson(ctx, { ...member, email: `${member.address}@${domain}` }));
  const [first] = people;
  if (!first) throw new Error("the demo has no people");
  const admin = await openSession(id, first.id);
  return { organization: { id, name }, people, admin, places: await seedPlaces(admin) };
}

async function addPerson(ctx: Ctx, member: { name: string; email: string; role: Role; days?: number }): Promise<DemoPerson> {
  const { organizationId } = ctx;
  const id = newId();
  const password = randomBytes(15).toString("base64url");
  const passwordHash = await hashPassword(password);
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "users", "invite", { workspaceId: null });
    await tx.insert(person).values({ id, organizationId, email: member.email, name: member.name, status: "active", passwordHash });
    const until = member.days === undefined ? null : sql`(date_trunc('day', now() at time zone 'UTC') + make_interval(days => ${member.days + 1})) at time zone 'UTC'`;
    await tx.insert(roleGrant).values({ id: newId(), organizationId, personId: id, role: member.role, validFrom: sql`now()`, validUntil: until });
    return {
      value: { id, name: member.name, email: member.email, password, role: member.role },
      audit: [
        { action: "people.activated", resource: { type: "person", id, name: member.name } },
        { action: "people.role_granted", resource: { type: "person", id, name: member.name }, details: { role: member.role, workspace: null } },
      ],
    };
  });
}

async function openSession(organizationId: string, personId: string): Promise<PersonCtx> {
  const ctx = systemCtx("demo", organizationId);
  const id = newId();
  await transact(ctx, async (tx) => {
    authorize(tx, ctx, "users", "invite", { workspaceId: null });
    const now = new Date();
    await tx.insert(session).values({ id, organizationId, personId, lastSeenAt: now, expiresAt: new Date(now.getTime() + longestSessionMs), userAgent: "Demo data" });
    return { value: null, audit: { action: "sessions.signed_in", resource: { type: "session", id, name: "Demo data" } } };
  });
  const opened = await loadPersonCtx(id, { requestId: newId(), ip: null, userAgent: "Demo data" });
  if (!opened) throw new Error("the demo's admin cannot act");
  return opened;
}

export async function closeSession(admin: PersonCtx): Promise<void> {
  const ctx = systemCtx("demo", admin.organizationId);
  await transact(ctx, async (tx) => {
    authorize(tx, ctx, "users", "invite", { workspaceId: null });
    await tx.update(session).set({ revokedAt: sql`now()` }).where(eq(session.id, admin.actor.sessionId));
    return { value: null, audit: { action: "sessions.signed_out", resource: { type: "session", id: admin.actor.sessionId, name: "Demo data" } } };
  });
}

async function seedPlaces(admin: PersonCtx): Promise<Places> {
  const finance = await createWorkspace(admin, { name: "Finance" });
  const support = await createWorkspace(admin, { name: "Customer support" });
  const expenses = await createProject(admin, { workspaceId: finance.id, name: "Expense reports" });
  const invoices = await createProject(admin, { workspaceId: finance.id, name: "Supplier invoices" });
  const tickets = await createProject(admin, { workspaceId: support.id, name: "Ticket triage" });
  return { finance: { id: finance.id, expenses: expenses.id, invoices: invoices.id }, support: { id: support.id, tickets: tickets.id } };
}

