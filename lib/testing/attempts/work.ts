import { cancelAction } from "@/lib/actions/cancel";
import { getAction } from "@/lib/actions/get";
import { listActions } from "@/lib/actions/list";
import { listWaiting } from "@/lib/actions/list-waiting";
import { reportOutcome } from "@/lib/actions/report-outcome";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { submitBatch } from "@/lib/actions/submit-batch";
import { takeGrant } from "@/lib/actions/take-grant";
import { listActivity } from "@/lib/activity/list";
import { agentChoices } from "@/lib/agents/choices";
import { createAgent } from "@/lib/agents/create";
import { loadFamily } from "@/lib/agents/family";
import { listAgents } from "@/lib/agents/list";
import { loadAgent } from "@/lib/agents/load";
import { loadSelf } from "@/lib/agents/self";
import { setAgentStatus } from "@/lib/agents/set-status";
import { updateAgent } from "@/lib/agents/update";
import { withdrawOwn } from "@/lib/approvals/withdraw-own";
import { newId } from "@/lib/id";
import { createKey } from "@/lib/keys/create";
import { listKeys } from "@/lib/keys/list";
import { revokeKey } from "@/lib/keys/revoke";
import { liveStream } from "@/lib/live/stream";
import { firstPolicy } from "@/lib/policies/first-policy";
import { loadPolicy } from "@/lib/policies/load";
import { updatePolicy } from "@/lib/policies/update";
import { checkRun } from "@/lib/runs/check";
import { claimRun } from "@/lib/runs/claim";
import { dispatchRun } from "@/lib/runs/dispatch";
import { runFacets } from "@/lib/runs/facets";
import { followOutput } from "@/lib/runs/follow-output";
import { getRun } from "@/lib/runs/get";
import { giveUpRun } from "@/lib/runs/give-up";
import { runnerStatus } from "@/lib/runs/health";
import { killRun } from "@/lib/runs/kill";
import { listRuns } from "@/lib/runs/list";
import { listFiles } from "@/lib/runs/list-files";
import { loadRun } from "@/lib/runs/load";
import { readFile } from "@/lib/runs/read-file";
import { readOutput } from "@/lib/runs/read-output";
import { recordOutput } from "@/lib/runs/record-output";
import { recordResult } from "@/lib/runs/record-result";
import { runState } from "@/lib/runs/state";
import { stopRun } from "@/lib/runs/stop";
import { once, resultOf } from "@/lib/runs/testing";
import { claimSpawned } from "@/lib/spawn/claim";
import { endChildren } from "@/lib/spawn/end";
import { getSpawnRequest } from "@/lib/spawn/get";
import { requestSpawn } from "@/lib/spawn/request";
import { childOf } from "@/lib/spawn/testing";
import { archiveProject } from "@/lib/workspaces/archive-project";
import { archiveWorkspace } from "@/lib/workspaces/archive";
import { createProject } from "@/lib/workspaces/create-project";
import { createWorkspace } from "@/lib/workspaces/create";
import { listWorkspaces } from "@/lib/workspaces/list";
import { type Attempt, lists, names, plain } from "./attempt";

const agent = { caller: "agent" } as const;
const person = { caller: "person" } as const;

/** What a stream says first; then the browser leaves. */
async function beginning(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return new TextDecoder().decode(first?.value);
}

/** Agents, their policies and keys; what they do; runs; workspaces. */
export const work: Record<string, Attempt> = {
  agentChoices: lists(agentChoices, ["agents.create"], () => ({ for: "create" })),
  createAgent: names(createAgent, ["agents.create"], (p) => ({ name: `New ${newId()}`, kind: "coder", workspaceId: p.workspaceId, projectId: p.projectId, ownerId: p.owner.actor.id })),
  listAgents: lists(listAgents, ["agents.read"]),
  loadAgent: names(loadAgent, ["agents.read"], (p) => ({ id: p.agentId })),
  loadFamily: names(loadFamily, ["agents.read"], (p) => ({ id: p.agentId })),
  loadSelf: plain(loadSelf, "own", undefined, agent),
  setAgentStatus: names(setAgentStatus, ["agents.update"], (p) => ({ id: p.agentId, status: "suspended" })),
  updateAgent: names(updateAgent, ["agents.update"], (p) => ({ id: p.agentId, name: "Other", kind: "coder", projectId: p.projectId, ownerId: p.owner.actor.id })),
  loadPolicy: names(loadPolicy, ["policies.view"], (p) => ({ agentId: p.agentId })),
  updatePolicy: names(updatePolicy, ["policies.update"], (p) => ({ agentId: p.agentId, expectedVersion: 2, policy: firstPolicy, note: "" })),
  createKey: names(createKey, ["keys.create"], (p) => ({ agentId: p.agentId, name: "new", scopes: ["actions.view"] })),
  listKeys: lists(listKeys, ["keys.view"]),
  revokeKey: names(revokeKey, ["keys.revoke"], (p) => ({ id: p.apiKeyId })),

  cancelAction: names(cancelAction, ["actions.cancel"], (p) => ({ id: p.pending.id })),
  getAction: names(getAction, ["actions.view"], (p) => ({ id: p.pending.id })),
  listActivity: names(listActivity, ["actions.view"], (p) => ({ agentId: p.agentId }), { caller: "person" }),
  listActions: lists(listActions, ["actions.view"]),
  listWaiting: lists(listWaiting, ["actions.view"], (p) => ({ agentId: p.agentId })),
  reportOutcome: names(reportOutcome, ["actions.report"], (p) => ({ id: p.taken.id, status: "failed", costMicros: 0, summary: "" }), agent),
  submitAction: plain(submitAction, ["actions.submit"], () => SubmitActionInput.parse({ tool: "crm.read", estimatedCostMicros: 0 }), { ...agent, on: "workspace", rest: () => [newId()] }),
  submitBatch: plain(submitBatch, ["actions.submit"], () => [{ idempotencyKey: newId(), tool: "crm.read", estimatedCostMicros: 0 }], { ...agent, on: "workspace" }),
  takeGrant: names(takeGrant, ["actions.report"], (p) => ({ id: p.allowed.id }), agent),

  claimSpawned: names(claimSpawned, ["approvals.request"], (p) => ({ id: p.approvedSpawnId }), agent),
  endChildren: plain(endChildren, "portal"),
  getSpawnRequest: names(getSpawnRequest, ["approvals.request"], (p) => ({ id: p.spawnId }), agent),
  withdrawOwn: names(withdrawOwn, ["approvals.request"], (p) => ({ id: p.spawnId, kind: "spawn" }), agent),
  requestSpawn: plain(requestSpawn, ["approvals.request"], () => childOf(`New ${newId()}`), { ...agent, on: "workspace", rest: () => [newId()] }),

  checkRun: names(checkRun, "portal", (p) => ({ runId: p.run.runId, last: true })),
  claimRun: names(claimRun, "portal", (p) => ({ runId: p.run.runId })),
  dispatchRun: names(dispatchRun, "portal", (p) => ({ runId: p.run.runId })),
  giveUpRun: names(giveUpRun, "portal", (p) => ({ runId: p.run.runId, reason: "x" })),
  killRun: names(killRun, "portal", (p) => ({ runId: p.run.runId })),
  recordOutput: names(recordOutput, "portal", (p) => ({ ...p.run, seq: 1, chunks: [{ stream: "stdout", offset: 100, dataBase64: "YQ==" }] }), { rest: () => [once()] }),
  recordResult: names(recordResult, "portal", (p) => resultOf(p.run), { rest: () => [once()] }),
  runState: names(runState, ["runs.view"], (p) => ({ runId: p.run.runId }), { on: "organization" }),
  followOutput: names(followOutput, ["runs.view"], (p) => ({ id: p.run.runId })),
  getRun: names(getRun, ["runs.view"], (p) => ({ id: p.run.runId })),
  listFiles: names(listFiles, ["runs.view"], (p) => ({ id: p.run.runId })),
  listRuns: lists(listRuns, ["runs.view"]),
  loadRun: names(loadRun, ["runs.view"], (p) => ({ id: p.run.runId })),
  readFile: names(readFile, ["runs.view"], (p) => ({ id: p.run.runId, name: p.fileName })),
  readOutput: names(readOutput, ["runs.view"], (p) => ({ id: p.run.runId, stream: "stdout" })),
  runFacets: lists(runFacets, ["runs.view"]),
  runnerStatus: plain(runnerStatus, ["runs.view"], undefined, { on: "anywhere" }),
  stopRun: names(stopRun, ["runs.stop"], (p) => ({ id: p.run.runId, reason: "" })),
  liveStream: names(liveStream, ["runs.view"], (p) => ({ topic: [`run:${p.run.runId}`, `action:${p.pending.id}`] }), {
    ...person, rest: () => [new Request("http://portal.test/api/live")], read: beginning,
  }),

  archiveProject: names(archiveProject, ["workspaces.update"], (p) => ({ id: p.emptyProjectId })),
  archiveWorkspace: names(archiveWorkspace, ["workspaces.delete"], (p) => ({ id: p.emptyWorkspaceId })),
  createProject: names(createProject, ["workspaces.update", "workspaces.create"], (p) => ({ workspaceId: p.workspaceId, name: "New" })),
  createWorkspace: plain(createWorkspace, ["workspaces.create"], () => ({ name: "New" })),
  listWorkspaces: lists(listWorkspaces, ["workspaces.read"]),
};
