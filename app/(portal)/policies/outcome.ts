/** The three answers there are, in words. */
export const outcomeWords = { allow: "Allowed", needs_approval: "Asks a person", deny: "Denied" } as const;
