import { type BoundaryAction, boundaryActions, type ResourceType, resourcesOf } from "./boundary";
import type { CheckedPlace } from "./check";
import { TestRequest } from "./content";
import type { Question } from "./question";

/** What a request of a test asks; at the place of the text where it names no other. */
export function testQuestion(request: TestRequest, { scopeType, scopeId }: CheckedPlace): Question {
  const type: ResourceType = request.resourceType ?? resourcesOf[request.action][0];
  return {
    agent: {
      id: request.agentId ?? "test-agent",
      kind: request.kind,
      level: request.level,
      ownerId: request.ownerId ?? "test-owner",
      organizationId: scopeType === "organization" ? scopeId : "test-organization",
      workspaceId: request.workspaceId ?? (scopeType === "workspace" ? scopeId : "test-workspace"),
      templateId: request.templateId ?? null,
    },
    keyId: request.keyId ?? "test-key",
    boundary: { action: request.action, resource: { type, id: request.resource || request.tool, attributes: request.attributes } },
    context: { approved: false, tool: request.tool, operation: request.operation, risk: request.risk, costMicros: request.costMicros, purposeGiven: request.purposeGiven, at: new Date(request.at) },
  };
}

const mostTrials = 26;
const risks = ["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;

/**
 * Requests on which two evaluations of a text are compared before it is published: every action and kind of resource, with the
 * words that the text itself compares with.
 */
export function trials(text: string, place: CheckedPlace): Question[] {
  const words = [...text.slice(0, 65_536).matchAll(/"([^"\\\n]{1,200})"/g)].map(([, word = ""]) => word.replaceAll("*", "x"));
  const pick = (at: number) => words[at % Math.max(words.length, 1)] ?? "crm.read";
  const kinds = boundaryActions.flatMap((action: BoundaryAction) => resourcesOf[action].map((resourceType) => ({ action, resourceType })));
  return Array.from({ length: mostTrials }, (_, at) => {
    const kind = kinds[at % kinds.length] ?? { action: "tool", resourceType: "Tool" };
    const request = TestRequest.parse({
      ...kind,
      tool: "crm.read",
      level: (["strict", "standard", "trusted", "isolated"] as const)[at % 4],
      risk: risks[(at >> 2) % risks.length],
      costMicros: at * 100_000,
      purposeGiven: at % 3 > 0,
      at: new Date(Date.UTC(2026, 0, 1 + at, (at * 7) % 24)).toISOString(),
    });
    const question = testQuestion(request, place);
    const [tool, operation, resource, id] = [pick(at), pick(at * 3 + 1), pick(at * 5 + 2), pick(at * 7 + 3)];
    const agent = at % 2 === 0 ? question.agent : { ...question.agent, id, ownerId: pick(at + 4) };
    return { ...question, agent, boundary: { ...question.boundary, resource: { ...question.boundary.resource, id: at % 5 === 0 ? tool : resource } }, context: { ...question.context, tool, operation, approved: at % 4 > 1 } };
  });
}
