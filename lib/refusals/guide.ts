/** Whose word changes what refused: the person who answers for the agent, or a team of the organization. */
export type RuleOwner = "agent_owner" | "policy_admins" | "security_admins" | "budget_admins" | "approvers" | "caller";

export type RuleGuide = {
  /** The rule's name, or with `*` at its end the beginning of several. */
  rule: string;
  /** What it says, for somebody who reads it for the first time. */
  means: string;
  owner: RuleOwner;
  /** How to get what was refused. */
  ask: string;
};

/** Teams as a refusal names them; the agent's owner is named in person. */
export const teams: Record<Exclude<RuleOwner, "agent_owner">, string> = {
  policy_admins: "The workspace's admins",
  security_admins: "The organization's admins",
  budget_admins: "Those who set budgets",
  approvers: "Those who decide requests here",
  caller: "Whoever wrote the calling program",
};

const changePolicy = "Ask for a change of the agent's policy; say which tool, for what, and how often.";

/** Every rule that can refuse a call, the more particular ones first. The docs page and each refusal are made of it. */
export const ruleGuides: readonly RuleGuide[] = [
  { rule: "lock", means: "The key, the agent, its workspace or the tool was locked by a person.", owner: "security_admins", ask: "Read the lock's message; it is lifted under Settings → Locks. Then send the call with a new Idempotency-Key." },
  { rule: "key.scope", means: "The key lacks the scope that this call needs.", owner: "agent_owner", ask: "Ask for a key with the scope that is named in `permission`." },
  { rule: "key.network", means: "The key is not good from the address that the call came from.", owner: "security_admins", ask: "Call from an address that is allowed, or ask for yours to be added under Settings → Network." },
  { rule: "key.*", means: "The key was revoked, has expired, or its agent is retired.", owner: "agent_owner", ask: "Ask for a new key." },
  { rule: "agent.*", means: "The agent is a draft, suspended or retired, so it may not act.", owner: "agent_owner", ask: "Ask for the agent to be made active." },
  { rule: "spawn.*", means: "The child would have more rights, money or time than its parent, or there are too many of them.", owner: "agent_owner", ask: "Ask for less: `exceeds` names each point. To get more, have the parent's own policy widened first." },
  { rule: "approvals.queue_full", means: "As many of the agent's requests wait for a person as its policy lets wait.", owner: "approvers", ask: "Wait until some are decided, or withdraw what is no longer needed with POST /actions/{id}/cancel." },
  { rule: "approvals.asked_in_vain", means: "The same was asked for many times today, and nobody agreed.", owner: "approvers", ask: "Talk to the people who decide, or ask for something else." },
  { rule: "approval_policy.*", means: "The approval policy of this place denies such requests without asking anybody.", owner: "policy_admins", ask: "Ask for the approval policy to be changed under Policies → Approvals." },
  { rule: "budget.*", means: "A budget that covers the agent has no room for the estimated cost.", owner: "budget_admins", ask: "Lower the cost, wait for the reset, or send what `ask` shows: POST /budget-requests." },
  { rule: "capability.rate", means: "The tool was called as often as it may be in this time.", owner: "agent_owner", ask: "Wait as long as Retry-After says, then send it with a new Idempotency-Key; or ask for a higher rate of this tool." },
  { rule: "limit.api_calls", means: "The agent called the API as often as it may in this time.", owner: "agent_owner", ask: "Wait as long as Retry-After says, and send it again with the same Idempotency-Key; wait or follow events instead of asking again and again, or ask for more API calls." },
  { rule: "limit.tokens_per_action", means: "One action may not use so many tokens.", owner: "agent_owner", ask: "Split the work into smaller actions, or ask for more tokens per action." },
  { rule: "limit.tokens", means: "The agent used as many tokens as it may in this time.", owner: "agent_owner", ask: "Wait as long as Retry-After says, then send it with a new Idempotency-Key; or ask for more tokens." },
  { rule: "level.*", means: "The agent's level forbids this kind of tool.", owner: "agent_owner", ask: "Ask for another level on the agent's policy page." },
  { rule: "capability.cost_ceiling", means: "One call of this tool may not cost so much.", owner: "agent_owner", ask: "Split the work into cheaper calls, or ask for a higher ceiling of this tool." },
  { rule: "capability.*", means: "The agent's list of tools does not allow this tool, or not with these arguments.", owner: "agent_owner", ask: changePolicy },
  { rule: "egress.private_*", means: "The address, or where its name leads, is in a private network; no list opens those.", owner: "caller", ask: "Connect to an address of the public internet." },
  { rule: "egress.unreadable", means: "Programs read the address differently, so it is taken for forbidden.", owner: "caller", ask: "Write it plainly: scheme, name and path, without user name, backslash or percent sign in the host." },
  { rule: "egress.*", means: "The address is on no list of allowed domains, or on one of those that are denied.", owner: "policy_admins", ask: "Ask for the domain to be added under Policies → Network." },
  { rule: "boundary.*", means: "A path or an address in the arguments cannot be read safely, so it is taken for forbidden.", owner: "caller", ask: "Write it plainly: no `..`, no encoded separators, no user or port tricks." },
  { rule: "sandbox.unknown_tool", means: "There is no such tool of the sandbox.", owner: "caller", ask: "Use sandbox.python, sandbox.node or sandbox.shell." },
  { rule: "lease.*", means: "The lease that was sent is not good for this.", owner: "agent_owner", ask: "Ask for a new lease, or send the action without one; a person may be asked then." },
  { rule: "classification.*", means: "What the action touches is never allowed to this agent.", owner: "policy_admins", ask: "Ask for the classification to be looked at." },
];

const fallback: RuleGuide = { rule: "*", means: "A policy that is in force here forbids it.", owner: "policy_admins", ask: changePolicy };

/** What is known of a rule; of one that somebody wrote themselves, who looks after such rules. */
export function guideOf(rule: string): RuleGuide {
  return ruleGuides.find((guide) => (guide.rule.endsWith("*") ? rule.startsWith(guide.rule.slice(0, -1)) : rule === guide.rule)) ?? fallback;
}
