import { listAskable } from "@/lib/approval-policies/askable";
import { listTriable } from "@/lib/approval-policies/triable";
import { tryApprovals } from "@/lib/approval-policies/try";
import { tryClassification } from "@/lib/classification/try";
import { checkNetwork } from "@/lib/egress/check";
import { tryEgress } from "@/lib/egress/try";
import { listScopes } from "@/lib/governance/list-scopes";
import { loadDocument } from "@/lib/governance/load";
import { publishDocument } from "@/lib/governance/publish";
import { compiledPolicies } from "@/lib/policy-preview/compiled";
import { newId } from "@/lib/id";
import { loadGridsAbove } from "@/lib/policies/load-above";
import { archiveTemplate } from "@/lib/templates/archive";
import { createTemplate } from "@/lib/templates/create";
import { listTemplates } from "@/lib/templates/list";
import { loadTemplate } from "@/lib/templates/load";
import { renameTemplate } from "@/lib/templates/rename";
import { setAgentTemplate } from "@/lib/templates/set-of-agent";
import { checkCedar } from "@/lib/policy-preview/check-cedar";
import { previewDocument } from "@/lib/policy-preview/preview";
import { tryRequest } from "@/lib/policy-preview/try";
import { type Attempt, lists, names, plain } from "./attempt";

const person = { caller: "person" } as const;
const capabilities = { kind: "capabilities", scopeType: "workspace" } as const;

/** What is decided about agents above the single one. */
export const governance: Record<string, Attempt> = {
  publishDocument: names(publishDocument, ["policies.update"], (p) => ({ ...capabilities, scopeId: p.workspaceId, expectedVersion: 1, content: { tools: [] }, note: "" }), person),
  loadDocument: names(loadDocument, ["policies.view"], (p) => ({ ...capabilities, scopeId: p.workspaceId }), person),
  compiledPolicies: names(compiledPolicies, ["policies.view"], (p) => ({ agentId: p.agentId }), person),
  listAskable: names(listAskable, ["policies.view"], (p) => ({ workspaceId: p.workspaceId }), person),
  listTriable: lists(listTriable, ["approvals.view"], () => ({ workspaceId: null }), person),
  tryApprovals: names(tryApprovals, ["approvals.view"], (p) => ({ scopeType: "workspace", scopeId: p.workspaceId, content: { rules: [] }, approvalId: p.approvalId }), { ...person, besides: "policies.view" }),
  tryEgress: names(tryEgress, ["policies.view"], (p) => ({ scopeType: "workspace", scopeId: p.workspaceId, url: "https://example.com", draft: null }), person),
  tryClassification: plain(tryClassification, ["policies.view"], () => ({ draft: null, request: null, actionId: null }), { ...person, on: "anywhere" }),
  checkNetwork: plain(checkNetwork, ["actions.submit"], () => ({ url: "https://example.com" }), { caller: "agent", on: "workspace" }),
  loadGridsAbove: names(loadGridsAbove, ["policies.view"], (p) => ({ scopeType: "workspace", scopeId: p.workspaceId }), person),
  createTemplate: names(createTemplate, ["policies.update"], (p) => ({ name: `New ${newId()}`, workspaceId: p.workspaceId }), person),
  archiveTemplate: names(archiveTemplate, ["policies.update"], (p) => ({ id: p.templateId }), person),
  renameTemplate: names(renameTemplate, ["policies.update"], (p) => ({ id: p.templateId, name: `Renamed ${newId()}`, description: "" }), person),
  setAgentTemplate: names(setAgentTemplate, ["policies.update"], (p) => ({ agentId: p.agentId, templateId: null }), person),
  loadTemplate: names(loadTemplate, ["policies.view"], (p) => ({ id: p.templateId }), person),
  listTemplates: lists(listTemplates, ["policies.view"], undefined, person),
  checkCedar: names(checkCedar, ["policies.update"], (p) => ({ scopeType: "workspace", scopeId: p.workspaceId, content: { text: "", tests: [] } }), person),
  previewDocument: names(previewDocument, ["policies.view"], (p) => ({ ...capabilities, scopeId: p.workspaceId, content: { tools: [] } }), person),
  tryRequest: names(tryRequest, ["policies.view"], (p) => ({ agentId: p.agentId, tool: "crm.read", operation: "execute", resource: "", arguments: "", estimatedCostMicros: 0 }), person),
  listScopes: lists(listScopes, ["policies.view"], undefined, person),
};
