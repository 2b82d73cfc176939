/** What is wrong with a text of policies, and where: line and column from 1. */
export type CedarProblem = { message: string; line: number; column: number; policyId?: string };
