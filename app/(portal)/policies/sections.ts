import type { IconName } from "@/components/ui/icon";

type Section = { href: string; label: string; icon: IconName; /** What is decided there, in one sentence. */ says: string };

/** The pages about what agents may do, in the order in which a decision asks them. One line each; a page that is not here has no tab. */
export const sections: readonly Section[] = [
  { href: "/policies/cedar", label: "Cedar", icon: "code", says: "Policies as text, for the organization and each workspace: what is permitted or forbidden at every boundary, with tests beside them." },
];
