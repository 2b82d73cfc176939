import type { LockKind, LockLine } from "@/db/schema/lock";

export type { LockKind, LockLine };

/** What can be locked: what it is called, what a lock on it stops, and what it leaves alone. */
export const lockWords = {
  person: {
    label: "Person",
    stops: "Their sessions end, and they cannot sign in.",
    leaves: "Agents that they answer for go on, with their API keys, which belong to the agents. Lock these too where they must stop.",
  },
  role: {
    label: "Role",
    stops: "Nobody has what it permits, wherever they hold it. Whoever has no other role cannot sign in.",
    leaves: "What people may do by other roles stays: an organization admin needs no other role to do the same.",
  },
  device: {
    label: "Device",
    stops: "Sessions in that browser end, whoever is signed in there, and nobody can sign in with it.",
    leaves: "It is known by its cookie: a browser whose cookies were deleted is another device. Lock the person too where they must stay out.",
  },
  key: {
    label: "API key",
    stops: "Calls with it are refused. What was allowed to it and has not begun does not begin, and its sandbox runs stop.",
    leaves: "Other keys of the same agent work. The agent may still report what it has done, so that the cost is counted.",
  },
  agent: {
    label: "Agent",
    stops: "Calls with any of its keys are refused. What was allowed and has not begun does not begin, its sandbox runs stop, and nobody can decide what it asked for. So it is with the agents that it had made, and with theirs.",
    leaves: "It may still report what it has done, so that the cost is counted. What it runs outside of the portal is not reached.",
  },
  tool: {
    label: "Tool",
    stops: "Every use of it is denied. What was allowed and has not begun does not begin, sandbox runs of it stop, and nobody can decide requests for it.",
    leaves: "Other tools of the same agents work.",
  },
  workspace: {
    label: "Workspace",
    stops: "All agents in it stop, as if each were locked.",
    leaves: "People can still sign in and look.",
  },
  organization: {
    label: "All agents",
    stops: "Every agent of the organization stops, as if each were locked: no call is allowed, nothing that was allowed begins, and all sandbox runs end within seconds.",
    leaves: "People can still sign in and look, and agents may report what they have done, so that the cost is counted.",
  },
  approval: {
    label: "Approval",
    stops: "Nobody can decide it. If it was approved and has not begun, it does not begin.",
    leaves: "Its time goes on: a request that nobody decides ends in denial.",
  },
} as const satisfies Record<LockKind, { label: string; stops: string; leaves: string }>;

/** What a lock stops, or leaves alone, in the words of the receipt. */
export const lockEffects: Record<string, string> = {
  sessions: "Sessions ended",
  people: "People who lose what the role permits",
  agents: "Agents stopped",
  keys: "API keys refused",
  runs: "Sandbox runs stopped",
  grants: "Allowed actions that do not begin",
  waiting: "Waiting requests that nobody can decide",
  agentsKept: "Agents they answer for, which go on",
} satisfies Record<LockEffect, string>;

export type LockEffect = "sessions" | "people" | "agents" | "keys" | "runs" | "grants" | "waiting" | "agentsKept";

/** How long, in minutes; nothing: until it is lifted. */
export const lockTimes = [
  { value: "", label: "Until it is lifted" },
  { value: "60", label: "An hour" },
  { value: "480", label: "8 hours" },
  { value: "1440", label: "A day" },
  { value: "10080", label: "A week" },
] as const;
