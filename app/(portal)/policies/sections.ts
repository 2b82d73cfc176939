import type { IconName } from "@/components/ui/icon";

type Section = { href: string; label: string; icon: IconName; /** What is decided there, in one sentence. */ says: string };

/** The pages about what agents may do, in the order in which a decision asks them. One line each; a page that is not here has no tab. */
export const sections: readonly Section[] = [];
