type Step = { name: string; says: string };

/** What every action of an agent passes, in the order in which it is asked. */
export const steps: readonly Step[] = [
  { name: "Locks", says: "Nothing of what is locked goes on: a key, an agent, a tool, a workspace." },
  { name: "Key and agent", says: "A revoked or expired key denies, and so does an agent that is not active." },
  { name: "Boundaries", says: "What the action touches: its tool, and the paths, domains, channels, commands, secrets and agents that its arguments name. What cannot be read for certain is denied." },
  { name: "Classification", says: "The risk, LOW to CRITICAL, by tool and arguments. What an agent declares can only raise it." },
  { name: "Network", says: "Domains are denied unless a list allows them, and an explicit denial wins at any level." },
  { name: "Cedar", says: "The grids of all levels, sandbox levels and written policies, compiled into one set and asked for every boundary. Nothing permitted is denied; a forbid wins." },
  { name: "Thresholds", says: "From the agent's risk and cost thresholds on, a person is asked. CRITICAL is always asked." },
  { name: "Approval policies", says: "Who is asked, in which stages, until when; or denied or approved by rule." },
  { name: "Rate limits", says: "Exact across all processes. What is too much is refused, with the time from which it may be tried again." },
  { name: "Leases and standing approvals", says: "A yes that was given before, with its scope, uses and end, counts where a person would be asked. It never counts against a denial or for CRITICAL." },
  { name: "Room in the queue", says: "What would wait beside more of the agent's requests than its policy lets wait is refused." },
  { name: "Budgets", says: "The money is set aside on every budget that covers the agent, before anything happens." },
];
