import type { IconName } from "@/components/ui/icon";
import { may } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import type { DocumentKind } from "@/lib/governance/kinds";

type Section = { href: string; label: string; icon: IconName; /** What is decided there, in one sentence. */ says: string; /** Where it is a document of each level. */ kind?: DocumentKind; /** Where it is asked for something else than `policies.view`. */ needs?: readonly ["approvals", "view"] };

/** The pages about what agents may do, in the order in which a decision asks them. One line each; a page that is not here has no tab. */
export const sections: readonly Section[] = [
  { kind: "capabilities", href: "/policies/capabilities", label: "Grids", icon: "layers", says: "Which tools agents may use, how often, up to what cost and on what, for the organization, each workspace and template." },
  { href: "/policies/templates", label: "Templates", icon: "copy", says: "Blueprints of agents: what one says holds for every agent that has it." },
  { kind: "cedar", href: "/policies/cedar", label: "Cedar", icon: "code", says: "Policies as text, for the organization and each workspace: what is permitted or forbidden at every boundary, with tests beside them." },
  { kind: "classification", href: "/policies/classification", label: "Classification", icon: "sliders", says: "How dangerous an action is, by its tool, operation, resource and arguments, with tests, and what no rule lowers." },
  { kind: "egress", href: "/policies/egress", label: "Network", icon: "network", says: "Which domains agents reach, for the organization, each workspace and template, with every step by which a URL is read." },
  { kind: "approvals", href: "/policies/approvals", label: "Approvals", icon: "approvals", says: "Whom a request asks, for the organization and each workspace: stages, alternatives, denials, escalation and who may break the glass; each rule tried on past requests." },
  { href: "/policies/compiled", label: "Compiled", icon: "eye", says: "Everything that one agent is judged by, from its level, the grids and the texts of all levels, as one set of Cedar policies with the source of each." },
  { href: "/policies/leases", label: "Leases", icon: "key", says: "Temporary exceptions, each for one agent: signed, counted, for a short while, and revocable at once." },
  { href: "/policies/standing", label: "Standing approvals", icon: "approvals", needs: ["approvals", "view"], says: "What people said yes to beforehand, for one agent and a pattern of arguments, counted, for a time, and revocable at once." },
];

/** Those that this person may open. */
export function sectionsFor(ctx: Pick<Ctx, "ability">): Section[] {
  return sections.filter(({ needs }) => !needs || may(ctx, ...needs));
}
