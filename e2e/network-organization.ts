import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Sql } from "postgres";
import { makeKey } from "@/lib/keys/format";
import type { Demo } from "./demo";

/** An organization with an admin (who has the password of the demo's), an agent and its key: nothing in it disturbs other tests. */
export async function makeOrganization(sql: Sql, demo: Pick<Demo, "people">) {
  const like = demo.people.find((person) => person.role === "organization_admin");
  if (!like) throw new Error("the demo has no organization admin");
  const tag = randomBytes(4).toString("hex");
  const [organizationId, adminId, workspaceId, projectId, agentId, keyId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const email = `network-${tag}@example.test`;
  const key = makeKey();
  await sql.begin(async (tx) => {
    await tx`insert into organization (id, name, slug) values (${organizationId}, ${`Network ${tag}`}, ${`network-${tag}`})`;
    await tx`insert into person (id, organization_id, email, name, password_hash, status)
             select ${adminId}, ${organizationId}, ${email}, 'Nina Network', password_hash, 'active' from person where email = ${like.email}`;
    await tx`insert into role_grant (id, organization_id, person_id, role, valid_from) values (${randomUUID()}, ${organizationId}, ${adminId}, 'organization_admin', now())`;
    await tx`insert into workspace (id, organization_id, name, slug) values (${workspaceId}, ${organizationId}, 'Research', 'research')`;
    await tx`insert into project (id, organization_id, workspace_id, name, slug) values (${projectId}, ${organizationId}, ${workspaceId}, 'Trials', 'trials')`;
    await tx`insert into agent (id, organization_id, workspace_id, project_id, name, kind, status, owner_id, policy_version)
             values (${agentId}, ${organizationId}, ${workspaceId}, ${projectId}, 'Reader', 'analyst', 'active', ${adminId}, 1)`;
    await tx`insert into agent_policy (organization_id, agent_id, version, level, tools, cost_threshold_micros, risk_threshold)
             values (${organizationId}, ${agentId}, 1, 'standard', '[]', 1000000, 'HIGH')`;
    await tx`insert into api_key (id, organization_id, agent_id, name, prefix, key_hash, scopes)
             values (${keyId}, ${organizationId}, ${agentId}, 'reader', ${key.slice(0, 9)}, ${createHash("sha256").update(key).digest()}, ${["actions.view"]})`;
  });
  return { organizationId, keyId, key, admin: { email, password: like.password } };
}
