/** Whose factor is asked for, and by which session or pending sign-in. */
export type ProofPlace = { organizationId: string; personId: string; boundTo: string };
