/** What a request is called where the agent's own words are not needed. */
export const kindLabels = { action: "Action", budget: "More money", spawn: "New agent", access: "Access" } as const;

/** What an action's status means for the one who decided about it. */
export const effectLabels: Record<string, string> = {
  pending_approval: "waits",
  allowed: "may be carried out now",
  running: "is being carried out",
  succeeded: "was carried out",
  failed: "was carried out and failed",
  rejected: "will not happen",
  expired: "will not happen",
  cancelled: "will not happen",
  denied: "will not happen",
};
