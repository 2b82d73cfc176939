import Link from "next/link";
import { type StoryPart, storyParts } from "@/lib/activity/parts";

const labels: Record<StoryPart, string> = { asked: "What it asked for", refused: "What was refused", changes: "What was done to it" };

/** Leads to the whole story, and to each part of it alone. */
export function PartLinks({ chosen, address }: { chosen: StoryPart | null; address: (part: StoryPart | null) => string }) {
  return (
    <nav aria-label="Part of the story" className="max-w-full min-w-0 overflow-x-auto">
      <ul className="flex gap-1">
        {[null, ...storyParts].map((part) => (
          <li key={part ?? "all"}>
            <Link
              href={address(part)}
              prefetch={false}
              aria-current={part === chosen ? "true" : undefined}
              className="flex h-8 items-center rounded-md px-2.5 whitespace-nowrap text-muted transition-colors hover:bg-hover hover:text-ink focus-visible:-outline-offset-2 aria-current:bg-hover aria-current:font-medium aria-current:text-ink max-sm:h-10"
            >
              {part ? labels[part] : "Everything"}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
