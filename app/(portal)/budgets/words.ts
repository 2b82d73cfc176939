export const scopeLabels = { organization: "Organization", workspace: "Workspace", project: "Project", agent: "Agent" } as const;
export const periodLabels = { day: "Day", week: "Week", month: "Month", quarter: "Quarter" } as const;
