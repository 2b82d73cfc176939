// Apart from the schema, since the editor in the browser needs these at once and the schema only when something is read.

/** A policy asks a person at HIGH at the latest; that cannot be switched off. */
export const riskThresholds = ["LOW", "MEDIUM", "HIGH"] as const;

export const maxTools = 200;
