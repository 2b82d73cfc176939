import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { action } from "@/db/schema/action";
import { directoryPulled, directorySync } from "@/db/schema/directory-sync";
import { challenge, factor, freshProof, pendingSignIn, recoveryCode, rememberedDevice } from "@/db/schema/factor";
import { lease, leaseUse } from "@/db/schema/lease";
import { notice } from "@/db/schema/message";
import { person, roleGrant } from "@/db/schema/people";
import { absence, delegation } from "@/db/schema/presence";
import { runFile, runOutput } from "@/db/schema/run";
import { networkRule } from "@/db/schema/network";
import { rateUse } from "@/db/schema/rate";
import { securitySetting } from "@/db/schema/security";
import { ssoAssertion, ssoDomain, ssoIdentity, ssoRefusal, ssoSession } from "@/db/schema/sso";
import { auditEvent } from "@/db/stream/audit";
import { cancelAction } from "@/lib/actions/cancel";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { takeGrant } from "@/lib/actions/take-grant";
import { createAgent } from "@/lib/agents/create";
import { setAgentStatus } from "@/lib/agents/set-status";
import { narrowApproval } from "@/lib/approvals/narrow";
import { archiveAudit } from "@/lib/audit/archive";
import { checkpoint } from "@/lib/audit/checkpoint";
import { saveView } from "@/lib/audit/views/save";
import { requestRaise } from "@/lib/budgets/request-raise";
import { setBudget } from "@/lib/budgets/set";
import { keyCtx } from "@/lib/ctx/key";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { systemCtx } from "@/lib/ctx/system";
import { newId } from "@/lib/id";
import { publishDocument } from "@/lib/governance/publish";
import { createKey } from "@/lib/keys/create";
import { requestLease, RequestLeaseInput } from "@/lib/leases/request";
import { placeLock, PlaceLockInput } from "@/lib/locks/place";
import { connectDirectory } from "@/lib/directory/connect";
import { connectGoogle } from "@/lib/directory/google/connect";
import { keyFile as googleKey } from "@/lib/directory/google/testing";
import { ConnectLdapInput, connectLdap } from "@/lib/directory/ldap/connect";
import { previewDirectory } from "@/lib/directory/pull/preview";
import { createDirectoryGroup } from "@/lib/directory/groups/create";
import { MappingInput } from "@/lib/directory/mapping";
import { setGroupMapping } from "@/lib/directory/set-group-mapping";
import { createDirectoryUser } from "@/lib/directory/users/create";
import { directoryCtx } from "@/lib/ctx/directory";
import { agentScopes } from "@/lib/ability/permissions";
import { issueLink } from "@/lib/people/email-link";
import { invitePerson } from "@/lib/people/invite";
import { removePerson } from "@/lib/people/remove";
import { suspendPerson } from "@/lib/people/suspend";
import { updatePolicy } from "@/lib/policies/update";
import { firstPolicy } from "@/lib/policies/first-policy";
import { claimRun } from "@/lib/runs/claim";
import { dispatchRun } from "@/lib/runs/dispatch";
import { engine, inside, runRow, sha256, type Tenant } from "@/lib/runs/testing";
import { requestSpawn } from "@/lib/spawn/request";
import { approvedChild, childOf } from "@/lib/spawn/testing";
import { addCertificate } from "@/lib/sso/add-certificate";
import { addDomain } from "@/lib/sso/add-domain";
import { viewOf } from "@/lib/sso/certificate";
import { challengeText } from "@/lib/sso/challenge";
import { connectOidc } from "@/lib/sso/connect-oidc";
import { connectSaml, ConnectSamlInput } from "@/lib/sso/connect-saml";
import { startTest } from "@/lib/sso/start-test";
import { makeKey } from "@/lib/sso/testing";
import { createTemplate } from "@/lib/templates/create";
import { createWorkspace } from "@/lib/workspaces/create";
import { createProject } from "@/lib/workspaces/create-project";
import { placeChat } from "./place-chat";
import { placeQueue } from "./place-queue";
import { tenant } from "./tenant";

const [{ certificate }, { certificate: nextCertificate }] = [makeKey(), makeKey("Next")];

export type World = Awaited<ReturnType<typeof world>>;
export type Place = Awaited<ReturnType<typeof place>>;

/**
 * One organization with two workspaces that both have one of everything, made by the verbs. Every name, argument, output,
 * address and file of a place bears its mark, which nobody outside may ever read.
 */
export async function world() {
  const t = await tenant();
  const admin = await t.as("super_admin");
  await inside(t, (tx) => tx.insert(securitySetting).values({ organizationId: t.organizationId }));
  const [here, there] = [await place(t, admin), await place(t, admin)];
  const audit = systemCtx("audit", t.organizationId);
  await checkpoint(audit);
  const archive = await archiveAudit(audit);
  if (!archive) throw new Error("the fixture has no archive");
  return { ...t, admin, here, there, archiveId: archive.id };
}

async function place(t: Tenant, admin: PersonCtx) {
  const { organizationId } = t;
  const mark = `mark-${randomBytes(6).toString("hex")}`;
  const { id: workspaceId } = await createWorkspace(admin, { name: `Workspace ${mark}` });
  const { id: projectId } = await createProject(admin, { workspaceId, name: `Project ${mark}` });
  const { id: emptyProjectId } = await createProject(admin, { workspaceId, name: `Empty ${mark}` });
  const { id: emptyWorkspaceId } = await createWorkspace(admin, { name: `Empty ${mark}` });
  const { id: templateId } = await createTemplate(admin, { name: `Template ${mark}`, workspaceId });
  const owner = await t.as("agent_manager", workspaceId);
  const member = await t.as("viewer", workspaceId);
  const [{ actor: suspended }, { actor: left }] = [await t.as("viewer", workspaceId), await t.as("viewer", workspaceId)];
  await suspendPerson(admin, { id: suspended.id });
  await removePerson(admin, { id: left.id });
  await inside(t, (tx) => issueLink(tx, organizationId, { personId: member.actor.id, kind: "address", email: `${mark}@example.test` }));
  const [absenceId, delegationId] = [newId(), newId()];
  const grant = { role: "viewer" as const, workspaceId, firstDay: null, lastDay: null };
  const { id: invitedId } = await invitePerson(admin, { email: `${mark}@example.test`, name: `Invited ${mark}`, ...grant });
  const { id: agentId } = await createAgent(admin, { name: `Agent ${mark}`, kind: "analyst", workspaceId, projectId, templateId, ownerId: owner.actor.id });
  await setAgentStatus(admin, { id: agentId, status: "active" });
  const tools = [
    { tool: "sandbox.*", mode: "allowed" as const, costCeilingMicros: null },
    { tool: "crm.*", mode: "allowed" as const, costCeilingMicros: null },
    { tool: "mail.send", mode: "approval" as const, costCeilingMicros: null },
  ];
  await updatePolicy(admin, { agentId, expectedVersion: 1, policy: { ...firstPolicy, level: "standard", tools }, note: `Note ${mark}` });
  const blocked = [{ tool: `${mark}.blocked`, mode: "blocked", costCeilingMicros: null }];
  await publishDocument(admin, { kind: "capabilities", scopeType: "workspace", scopeId: workspaceId, expectedVersion: 0, content: { tools: blocked }, note: `Note ${mark}` });
  const { id: apiKeyId, key } = await createKey(owner, { agentId, name: `Key ${mark}`, scopes: [...agentScopes] });
  const agent = await keyCtx(`Bearer ${key}`, { requestId: newId(), ip: "192.0.2.1", userAgent: "test" });

  const { id: spawnId } = await requestSpawn(agent, childOf(`Child ${mark}`), mark);
  const approvedSpawnId = await approvedChild(agent, await t.as("supervisor", workspaceId), childOf(`Approved ${mark}`));

  const budget = { period: "month" as const, timeZone: "UTC", capMicros: 1_000_000_000, hard: true, thresholds: [80] };
  const { id: budgetId } = await setBudget(admin, { ...budget, scopeType: "project", scopeId: projectId });
  const raise = await requestRaise(agent, { budgetId, amountMicros: 1_000, reason: `More for ${mark}` });
  const submit = async (tool: string, args: Record<string, unknown>) =>
    (await submitAction(agent, SubmitActionInput.parse({ tool, arguments: args, purpose: `Purpose ${mark}`, estimatedCostMicros: 1_000 }), newId())).action;
  const askedLease = { tools: [`${mark}.export`], resources: [mark], costEachMicros: 0, costTotalMicros: 0, reason: `Lease for ${mark}` };
  const { id: leaseRequestId } = await requestLease(agent, RequestLeaseInput.parse(askedLease));
  const pending = await submit("mail.send", { to: `${mark}@example.test`, text: `Dear ${mark}` });
  const narrowed = await submit("mail.send", { to: [`${mark}@example.test`, `second-${mark}@example.test`] });
  const offer = await narrowApproval(await t.as("supervisor", workspaceId), {
    id: narrowed.approvalId ?? "", digest: narrowed.digest, reason: `Less ${mark}`, amountMicros: 500, changes: [{ path: ["to"], value: `${mark}@example.test` }],
  });
  const allowed = await submit("crm.read", { customer: `Customer ${mark}` });
  const taken = await submit("crm.read", { customer: `Served ${mark}` });
  await takeGrant(agent, { id: taken.id });
  const ended = await submit("crm.read", { customer: `Left ${mark}` });
  await cancelAction(agent, { id: ended.id });
  const script = await submit("sandbox.python", { code: `print("${mark}")`, files: [{ name: "in.csv", content: mark }] });
  const runId = script.runId ?? "";
  await claimRun(engine(t), { runId });
  await dispatchRun(engine(t), { runId });
  const { jobNonce } = await runRow(t, runId);

  const content = Buffer.from(`File ${mark}`);
  const [noticeId, leaseId] = [newId(), newId()];
  const rows = await inside(t, async (tx) => {
    await tx.insert(networkRule).values({ organizationId, scope: "key", scopeId: apiKeyId, version: apiKeyId, entries: [{ range: "192.0.2.0/24", name: `Office ${mark}`, vpn: false }] });
    await tx.update(action).set({ queuedAt: new Date(), turnAskedAt: new Date() }).where(eq(action.id, allowed.id));
    await tx.insert(rateUse).values({ organizationId, agentId, tool: `${mark}.read`, period: "day", slices: [], usedAt: new Date() });
    await tx.insert(runOutput).values({ organizationId, runId, stream: "stdout", position: 0, seq: 0, data: Buffer.from(`Output ${mark}\n`) });
    await tx.insert(runFile).values({ id: newId(), organizationId, runId, direction: "out", name: `${mark}.txt`, size: content.byteLength, sha256: sha256(content), content });
    await tx.insert(notice).values({ id: noticeId, organizationId, personId: member.actor.id, dedupeKey: mark, title: `Notice ${mark}`, body: mark, href: "/" });
    const { id: personId, sessionId } = member.actor;
    const period = { organizationId, startsAt: new Date(), endsAt: new Date(Date.now() + 3_600_000), createdBy: personId };
    await tx.insert(absence).values({ id: absenceId, ...period, personId, kind: "away", note: `Away ${mark}` });
    await tx.insert(delegation).values({ id: delegationId, ...period, fromPersonId: personId, toPersonId: owner.actor.id, workspaceId, reason: `Leave ${mark}` });
    const [whose, soon] = [{ organizationId, personId }, new Date(Date.now() + 86_400_000)];
    await tx.insert(factor).values({ id: newId(), ...whose, kind: "totp", name: `Factor ${mark}`, secret: randomBytes(48) });
    await tx.insert(recoveryCode).values({ id: newId(), ...whose, codeHash: randomBytes(32) });
    await tx.insert(pendingSignIn).values({ id: newId(), ...whose, tokenHash: randomBytes(32), passwordDigest: randomBytes(32), expiresAt: soon });
    await tx.insert(challenge).values({ id: newId(), ...whose, kind: "prove", boundTo: sessionId, value: `Challenge ${mark}`, expiresAt: soon });
    await tx.insert(rememberedDevice).values({ id: newId(), ...whose, tokenHash: randomBytes(32), deviceId: newId(), userAgent: `Browser ${mark}`, expiresAt: soon });
    await tx.insert(freshProof).values({ id: newId(), ...whose, sessionId, verb: "keys.create", object: `Object ${mark}`, method: "totp", expiresAt: soon });
    const scope = { tools: [`${mark}.export`], domains: [], maxUses: 3, costEachMicros: 0, costTotalMicros: 0 };
    await tx.insert(lease).values({ id: leaseId, organizationId, workspaceId, agentId, reason: `Lease ${mark}`, ...scope, uses: 1, notBefore: new Date(), expiresAt: soon, tokenHash: randomBytes(32), issuedBy: admin.actor.id });
    await tx.insert(leaseUse).values({ organizationId, leaseId, use: 1, actionId: taken.id, costMicros: 0 });
    for (const [who, name] of [[owner, "Owner"], [member, "Member"]] as const) {
      await tx.update(person).set({ name: `${name} ${mark}`, email: `${name.toLowerCase()}-${mark}@example.test` }).where(eq(person.id, who.actor.id));
    }
    const [created] = await tx.select({ seq: auditEvent.seq }).from(auditEvent).where(eq(auditEvent.resourceId, agentId)).orderBy(auditEvent.seq).limit(1);
    const [held] = await tx.select({ id: roleGrant.id }).from(roleGrant).where(eq(roleGrant.personId, member.actor.id));
    const queue = await placeQueue(tx, { mark, organizationId, workspaceId, agentId, approvalId: pending.approvalId ?? "", allowedId: allowed.id, personId });
    const chat = await placeChat(tx, { mark, organizationId, workspaceId, personId });
    return { grantId: held?.id ?? "", eventSeq: created?.seq ?? 0, ...queue, ...chat };
  });
  const { id: ssoConnectionId } = await connectSaml(admin, ConnectSamlInput.parse({ name: `IdP ${mark}`, issuer: `https://idp.test/${mark}`, signInUrl: "https://idp.test/sso", certificate }));
  await addCertificate(admin, { id: ssoConnectionId, certificate: nextCertificate });
  const sso = { ssoIssuer: `https://idp.test/${mark}`, ssoCertificates: [certificate, nextCertificate], ssoFingerprint: viewOf(nextCertificate).fingerprint };
  const { id: ssoOidcId } = await connectOidc(admin, { name: `OIDC ${mark}`, discoveryUrl: "https://idp.test", clientId: "c", clientSecret: "s" }, async () => `https://idp.test/oidc/${mark}`);
  const { id: ssoDomainId } = await addDomain(admin, { connectionId: ssoConnectionId, domain: `${mark}.test` });
  await startTest(admin, { id: ssoConnectionId });
  const ssoIdentityId = newId();
  const ssoRecord = await inside(t, async (tx) => {
    await tx.insert(ssoAssertion).values({ organizationId, connectionId: ssoConnectionId, assertionId: mark, expiresAt: new Date(Date.now() + 86_400_000) });
    const ofConnection = { organizationId, connectionId: ssoConnectionId };
    await tx.insert(ssoIdentity).values({ id: ssoIdentityId, ...ofConnection, subject: `Subject ${mark}`, email: `owner-${mark}@example.test`, conflict: "other_subject" });
    await tx.insert(ssoSession).values({ sessionId: newId(), ...ofConnection, subject: `Subject ${mark}` });
    await tx.insert(ssoRefusal).values({ id: newId(), ...ofConnection, reference: newId(), why: "answer", reason: `Reason ${mark}` });
    const [named] = await tx.select({ challenge: ssoDomain.challenge }).from(ssoDomain).where(eq(ssoDomain.id, ssoDomainId));
    return challengeText(named?.challenge ?? "");
  });
  const directory = await placeDirectory(admin, { mark, workspaceId, takenEmail: `owner-${mark}@example.test` });
  const lockOfTool = PlaceLockInput.parse({ kind: "tool", target: `${mark}.erase`, workspaceId, message: `Locked ${mark}` });
  const { id: lockId } = await placeLock(await t.as("supervisor", workspaceId), lockOfTool);
  const { id: viewId } = await saveView(await t.as("workspace_admin", workspaceId), { name: `View ${mark}`, query: "" });
  return {
    mark, organizationId, workspaceId, templateId, projectId, emptyProjectId, emptyWorkspaceId, agentId, agent, apiKeyId, key, budgetId, invitedId, noticeId, viewId, ssoConnectionId, ssoDomainId, ssoIdentityId, ssoRecord, ssoOidcId,
    ...sso,
    ...rows,
    ...directory,
    lockId,
    leaseId,
    leaseRequestId,
    absenceId,
    delegationId,
    suspendedId: suspended.id,
    leftId: left.id,
    windowId: raise.windowId,
    requestId: raise.approvalId,
    pending,
    approvalId: pending.approvalId ?? "",
    narrowed: { id: narrowed.id, approvalId: narrowed.approvalId ?? "", digest: offer.digest },
    allowed,
    taken,
    ended,
    spawnId,
    approvedSpawnId,
    run: { runId, jobNonce: jobNonce ?? "" },
    fileName: `${mark}.txt`,
    owner,
    member,
  };
}

/** A directory with a user who is a person, one whose address somebody has already, and a group that is mapped. */
async function placeDirectory(admin: PersonCtx, { mark, workspaceId, takenEmail }: { mark: string; workspaceId: string; takenEmail: string }) {
  const { id: directoryId, token } = await connectDirectory(admin, { kind: "scim", name: `Directory ${mark}` });
  const { ctx } = await directoryCtx(`Bearer ${token}`, { requestId: newId(), ip: "192.0.2.1", userAgent: "test" });
  const user = await createDirectoryUser(ctx, { userName: `user-${mark}@example.test`, displayName: `User ${mark}` });
  const { id: conflictUserId } = await createDirectoryUser(ctx, { userName: takenEmail });
  const { id: groupId } = await createDirectoryGroup(ctx, { displayName: `Group ${mark}`, members: [{ value: user.id }] });
  await setGroupMapping(admin, MappingInput.parse({ groupId, gives: [`viewer@${workspaceId}`] }));
  const connection = { flavour: "openldap", host: "127.0.0.1", port: 1, bindDn: "cn=portal,dc=test", userBase: "dc=test", password: mark };
  const { id: askedDirectoryId } = await connectLdap(admin, ConnectLdapInput.parse({ ...connection, name: `LDAP ${mark}` }));
  const { id: syncingDirectoryId } = await connectLdap(admin, ConnectLdapInput.parse({ ...connection, name: `Syncing ${mark}` }));
  const { id: googleDirectoryId } = await connectGoogle(admin, { name: `Google ${mark}`, adminEmail: "admin@example.test", key: googleKey });
  const { syncId } = await previewDirectory(admin, { id: syncingDirectoryId });
  await inside(admin, async (tx) => {
    await tx.insert(directoryPulled).values({ organizationId: admin.organizationId, syncId, kind: "user", externalId: mark });
    await tx.insert(directorySync).values({ id: newId(), organizationId: admin.organizationId, directoryId: askedDirectoryId, mode: "preview", state: "done", finishedAt: new Date() });
  });
  return { directoryId, conflictUserId, groupId, askedDirectoryId, syncingDirectoryId, googleDirectoryId, syncId };
}
