/** The parts of a story that can be read alone: what the agent asked for, what of it was refused, and what others did to it. */
export const storyParts = ["asked", "refused", "changes"] as const;
export type StoryPart = (typeof storyParts)[number];
