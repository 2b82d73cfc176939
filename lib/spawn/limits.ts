/** Longest life of a child, in seconds. */
export const longestLifeSeconds = 30 * 86_400;

/** Children of one agent that live or are asked for at the same time. */
export const maxChildren = 20;

/** Agents above a child, its parent counted: a child's child may have children, and those none. */
export const maxDepth = 3;

/** How long a person has to decide, at most; never longer than the parent's own requests wait. */
export const longestWaitSeconds = 86_400;
