import type { BundledStage } from "./bundle";
import type { Case } from "./case";
import { type Read, textOf } from "./event-body";
import type { Finding, Link } from "./link";

/** That what had to agree did: every stage in its order, by as many different people as it asks, or by one who may end it alone. */
export function checkStages(of: Case): Link[] {
  const { plan } = of.bundle;
  const ended = of.decided?.body.details;
  if (!plan || !ended || of.decisions.length === 0) return [];
  const people = of.decisions.flatMap(({ body }) => [body.actor.id, ...(textOf(body.details.onBehalfOf) ? [textOf(body.details.onBehalfOf)] : [])]);
  const order = of.decisions.map(({ body }) => Number(body.details.stage));
  const findings: Finding[] = [
    { what: "Nobody counts twice, also not for somebody else", ok: new Set(people).size === people.length },
    { what: "The stages were decided in their order", ok: order.every((stage, at) => at === 0 || stage >= (order[at - 1] ?? 0)) },
  ];
  if (ended.leadsTo === "approved" || (ended.leadsTo === undefined && ended.decision === "approved")) findings.push(...plan.stages.map((stage, at) => checkStageEnd(of, plan.stages, stage, at)));
  if (ended.leadsTo === "rejected") {
    const stage = plan.stages[Number(ended.stage)];
    const no = of.decisions.filter(({ body }) => body.details.stage === ended.stage && body.details.decision === "rejected").length;
    findings.push({ what: `${no} of at least ${stage?.rejections ?? "?"} rejected it in “${stage?.name ?? "?"}”`, ok: stage !== undefined && no >= stage.rejections });
  }
  const words = plan.stages.map((stage, at) => `${at + 1}. ${stage.name}: ${stage.anyOf.map(({ count, people: who }) => `${count} of ${who.map(whom).join(", ")}`).join("; or ")}`);
  return [{ id: "stages", title: "Stages", says: `Who had to agree: ${words.join(". ")}.`, at: of.decided?.body.time ?? null, seq: null, findings }];
}

function whom({ kind, role, personId }: BundledStage["anyOf"][number]["people"][number]): string {
  if (kind === "role") return `the role ${String(role).replaceAll("_", " ")}`;
  if (kind === "person") return `the person ${String(personId)}`;
  return kind === "agent_manager" ? "who manages the agent" : "who may decide";
}

function checkStageEnd(of: Case, stages: readonly BundledStage[], stage: BundledStage, at: number): Finding {
  const here = of.decisions.filter(({ body }) => body.details.stage === at && body.details.decision === "approved");
  const glass = of.decisions.find(({ body }) => body.details.breakGlass === true && body.details.decision === "approved" && Number(body.details.stage) <= at);
  // Who breaks the glass ends their stage, and those after it in which they are named too.
  const isAlone = glass !== undefined && stages.slice(Number(glass.body.details.stage), at + 1).every(({ breakGlass }) => breakGlass.includes(glass.body.actor.id));
  if (isAlone) return { what: `“${stage.name}” was ended alone by ${glass.body.actor.name}`, ok: true };
  const further = stage.escalations.flatMap(({ people }) => people);
  const counts = stage.anyOf.map(({ count, people }) => ({ count, yes: here.filter((event) => [...people, ...further].some((one) => isOne(one, event))).length }));
  const most = counts.reduce((best, each) => (each.yes - each.count > best.yes - best.count ? each : best), counts[0] ?? { count: 1, yes: 0 });
  return { what: `“${stage.name}”: ${most.yes} of ${most.count} that it asks agreed`, ok: most.yes >= most.count };
}

/** Whether who decided is one of those who are meant, as far as the events say: roles of who gave their part, and managers, are the portal's word. */
function isOne(people: { kind: string; [more: string]: unknown }, { body }: Read): boolean {
  const behalf = textOf(body.details.onBehalfOf);
  if (people.kind === "person") return people.personId === (behalf ?? body.actor.id);
  if (people.kind !== "role" || behalf !== null) return true;
  const heldBy = Array.isArray(people.heldBy) ? people.heldBy : [people.role];
  return body.actor.roles?.some((role) => heldBy.includes(role)) ?? false;
}
