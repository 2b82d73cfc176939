/** The levels of lists, as a sentence has them. */
export const levelNames = { organization: "organization", workspace: "workspace", template: "template", agent: "agent", session: "lease" } as const;

export type Level = keyof typeof levelNames;
