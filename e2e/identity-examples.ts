import { randomBytes, randomUUID } from "node:crypto";
import type { Sql } from "postgres";

/** A directory with people, a group that gives a role, and somebody whose address was here before. */
export async function directoryWithConflict(sql: Sql): Promise<string> {
  const [directory, group] = [randomUUID(), randomUUID()];
  await sql.begin(async (tx) => {
    await tx`insert into directory (id, organization_id, kind, name, token_hash, token_prefix, token_made_at, last_success_at, last_error_at, last_error)
             select ${directory}, id, 'okta', ${`Okta ${directory.slice(0, 4)}`}, ${randomBytes(32)}, 'scim_demo', now(), now(), now(), 'PATCH of a group: the member is not known.' from organization limit 1`;
    await tx`insert into directory_group (id, organization_id, directory_id, display_name) select ${group}, organization_id, id, 'Accounts payable, Europe and Middle East' from directory where id = ${directory}`;
    await tx`insert into group_role (id, organization_id, group_id, role) select ${randomUUID()}, organization_id, id, 'viewer' from directory_group where id = ${group}`;
    await tx`insert into directory_user (id, organization_id, directory_id, external_id, user_name, email, profile, active, conflict)
             select gen_random_uuid(), d.organization_id, d.id, p.id::text, p.email, p.email, jsonb_build_object('displayName', p.name), true, 'by_hand'
             from directory d join person p using (organization_id) where d.id = ${directory} order by p.created_at limit 3`;
    await tx`insert into directory_member (organization_id, group_id, user_id) select organization_id, ${group}, id from directory_user where directory_id = ${directory}`;
  });
  return directory;
}

/** An identity provider with rules and a domain that waits to be verified. */
export async function connectionWithDomain(sql: Sql): Promise<string> {
  const id = randomUUID();
  const rules = [{ claim: "groups", value: "finance-approvers", role: "supervisor", workspaceId: null }];
  await sql.begin(async (tx) => {
    await tx`insert into sso_connection (id, organization_id, kind, name, issuer, client_id, client_secret, mapping, jit)
             select ${id}, id, 'oidc', ${`Keycloak ${id.slice(0, 4)}`}, 'https://idp.example/realms/meridian', 'countersign', ${randomBytes(48)},
               ${tx.json({ email: "email", name: "name", rules, defaultRole: "viewer" })}, true from organization limit 1`;
    await tx`insert into sso_domain (id, organization_id, connection_id, domain, challenge)
             select ${randomUUID()}, organization_id, id, ${`${id.slice(0, 8)}.example`}, ${`countersign-domain=${randomBytes(16).toString("hex")}`} from sso_connection where id = ${id}`;
  });
  return id;
}

/** A tool that nobody uses, locked, with a receipt. */
export async function lockOfTool(sql: Sql): Promise<string> {
  const id = randomUUID();
  const receipt = [{ effect: "grants", count: 2, names: ["example.erase", "example.erase"] }, { effect: "waiting", count: 1, names: ["example.erase"] }];
  await sql`insert into lock (id, organization_id, kind, target, name, message, reason, by_organization, placed_by, until, receipt)
            select ${id}, organization_id, 'tool', ${`example.erase-${id}`}, 'example.erase', 'It erased what it should not.', 'See the incident report.', true, id, now() + interval '8 hours', ${sql.json(receipt)}
            from person where status = 'active' order by created_at limit 1`;
  return id;
}

/** A lease of the busiest agent that was used once. */
export async function leaseInUse(sql: Sql): Promise<string> {
  const id = randomUUID();
  await sql.begin(async (tx) => {
    await tx`insert into lease (id, organization_id, workspace_id, agent_id, reason, tools, resources, domains, max_uses, uses, cost_each_micros, cost_total_micros, spent_micros, not_before, expires_at, token_hash, issued_by)
             select ${id}, a.organization_id, a.workspace_id, a.id, 'The monthly statements go out this afternoon.', '{mail.send}', '{customers/*}', '{api.example.com}', 20, 1, 10000, 200000, 4000,
               now() - interval '1 hour', now() + interval '7 hours', ${randomBytes(32)}, p.id
             from agent a join person p on p.organization_id = a.organization_id and p.status = 'active'
             where exists (select 1 from action x where x.agent_id = a.id) order by a.created_at, p.created_at limit 1`;
    await tx`insert into lease_use (organization_id, lease_id, use, action_id, cost_micros)
             select l.organization_id, l.id, 1, (select x.id from action x where x.agent_id = l.agent_id and not exists (select 1 from lease_use u where u.action_id = x.id) limit 1), 4000 from lease l where l.id = ${id}`;
  });
  return id;
}

/** A template with a grid. No agent of the demo gets it, since that would change what others try with them. */
export async function templateWithGrid(sql: Sql): Promise<string> {
  const id = randomUUID();
  const open = { rate: null, paths: null, domains: null, operations: null };
  const bounds = { level: null, riskThreshold: "HIGH", costThresholdMicros: 2_000_000, maxRunSeconds: 60, maxConcurrentRuns: null, maxWaitingApprovals: null, approvalTtlSeconds: null };
  const tools = [
    { tool: "crm.*", mode: "allowed", costCeilingMicros: 500_000, ...open, rate: "100/hour", operations: ["read", "list"] },
    { tool: "files.*", mode: "approval", costCeilingMicros: null, ...open, paths: ["/data/reports/*"], domains: [] },
  ];
  await sql.begin(async (tx) => {
    await tx`insert into agent_template (id, organization_id, name, description) select ${id}, id, ${`Analysts ${id.slice(0, 4)}`}, 'Read reports and sum them up.' from organization limit 1`;
    await tx`insert into governance_document (organization_id, kind, scope_type, scope_id, version, content, hash, note)
             select id, 'capabilities', 'template', ${id}, 1, ${tx.json({ tools, bounds })}, ${randomBytes(32)}, 'What analysts need' from organization limit 1`;
    await tx`insert into governance_head (organization_id, kind, scope_type, scope_id, version, hash)
             select organization_id, kind, scope_type, scope_id, version, hash from governance_document where scope_id = ${id}`;
  });
  return id;
}
