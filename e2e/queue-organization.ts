import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Sql } from "postgres";
import { makeKey } from "@/lib/keys/format";
import type { Demo } from "./demo";
import type { Person } from "./sign-in";

const agentNames = ["Invoice clerk", "Ticket writer", "Stock keeper"] as const;
export type QueueAgent = (typeof agentNames)[number];

const tools = ["mail.*", "payments.*", "erp.*", "stock.*"].map((tool) => ({ tool, mode: "approval", costCeilingMicros: null }));

/** An organization whose queue nobody else decides: a supervisor, somebody who owns the agents, and three agents that ask for everything. */
export async function queueOrganization(sql: Sql, demo: Demo): Promise<{ supervisor: Person; keys: Record<QueueAgent, string> }> {
  const known = demo.people[0];
  if (!known) throw new Error("the demo has nobody");
  const tag = randomBytes(4).toString("hex");
  const [organization, workspace, project, owner, decider] = [randomUUID(), randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const supervisor: Person = { email: `sven-${tag}@queue.example`, password: known.password };
  const keys: Record<QueueAgent, string> = { "Invoice clerk": makeKey(), "Ticket writer": makeKey(), "Stock keeper": makeKey() };
  await sql.begin(async (tx) => {
    await tx`insert into organization (id, name, slug) values (${organization}, ${`Queue ${tag}`}, ${`queue-${tag}`})`;
    await tx`insert into workspace (id, organization_id, name, slug) values (${workspace}, ${organization}, 'Finance', 'finance')`;
    await tx`insert into project (id, organization_id, workspace_id, name, slug) values (${project}, ${organization}, ${workspace}, 'Invoices', 'invoices')`;
    for (const [id, email, name, role] of [[owner, `olga-${tag}@queue.example`, "Olga Owner", "organization_admin"], [decider, supervisor.email, "Sven Supervisor", "supervisor"]] as const) {
      await tx`insert into person (id, organization_id, email, name, password_hash, status)
               select ${id}, ${organization}, ${email}, ${name}, password_hash, 'active' from person where email = ${known.email}`;
      await tx`insert into role_grant (id, organization_id, person_id, role, valid_from) values (${randomUUID()}, ${organization}, ${id}, ${role}, now())`;
    }
    for (const name of agentNames) {
      const agent = randomUUID();
      await tx`insert into agent (id, organization_id, workspace_id, project_id, name, kind, status, owner_id, policy_version)
               values (${agent}, ${organization}, ${workspace}, ${project}, ${name}, 'coordinator', 'active', ${owner}, 1)`;
      await tx`insert into agent_policy (organization_id, agent_id, version, level, tools, cost_threshold_micros, risk_threshold)
               values (${organization}, ${agent}, 1, 'standard', ${tx.json(tools)}, 1000000000, 'CRITICAL')`;
      await tx`insert into api_key (id, organization_id, agent_id, name, prefix, key_hash, scopes)
               values (${randomUUID()}, ${organization}, ${agent}, 'queue', ${keys[name].slice(0, 10)}, ${createHash("sha256").update(keys[name]).digest()}, ${["actions.submit", "actions.view"]})`;
    }
  });
  return { supervisor, keys };
}
