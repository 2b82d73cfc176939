import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { RangeFilter } from "@/components/data-table/range-filter";
import { readTableState, type SearchParams } from "@/components/data-table/search-params";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { listActivity, type Activity, type Story } from "@/lib/activity/list";
import { type StoryPart, storyParts } from "@/lib/activity/parts";
import { requireSession } from "@/lib/ctx/session";
import { AppError } from "@/lib/errors";
import { agentOfPage } from "../load";
import { PartLinks } from "./part-links";
import { StoryItem } from "./story-item";

const defaultSort = { column: "seq", direction: "desc" } as const;

type Props = { params: Promise<{ id: string }>; searchParams: Promise<SearchParams> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Activity of ${(await agentOfPage((await params).id)).name}` };
}

/** What the agent did and what was done to it, day by day, for somebody who is not an engineer. */
export default async function AgentActivityPage({ params, searchParams }: Props) {
  const [ctx, agent, query] = [await requireSession(), await agentOfPage((await params).id), await searchParams];
  if (!agent.can.viewActions) notFound();
  const before = typeof query.before === "string" && /^[1-9]\d{0,14}$/.test(query.before) ? Number(query.before) : null;
  const { from, to } = readTableState(query, { sortable: ["seq"], defaultSort });
  const part = storyParts.find((known) => known === query.part) ?? null;
  const found = await listActivity(ctx, { agentId: agent.id, before, part, from, to }).catch(slow);
  const base = `/agents/${agent.id}/activity`;
  const address = (of: { part?: StoryPart | null; before?: number | null }) => {
    const asked = Object.entries({ part: of.part, from, to, before: of.before }).flatMap(([name, value]) => (value ? [[name, String(value)]] : []));
    return asked.length > 0 ? `${base}?${new URLSearchParams(asked)}` : base;
  };
  return (
    <div className="grid min-w-0 gap-4 *:min-w-0">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <PartLinks chosen={part} address={(each) => address({ part: each })} />
        <RangeFilter label="Days" />
      </div>
      {found instanceof AppError ? (
        <ErrorState title="The story could not be told" message="Looking through the audit stream took too long. Ask for fewer days, or load the page again in a moment." />
      ) : (
        <>
          <Told found={found} isFirst={before === null} narrowed={Boolean(part || from || to)} />
          {before !== null || found.older !== null ? (
            <nav aria-label="Pages of the story" className="flex flex-wrap justify-between gap-2">
              {before === null ? <span /> : (
                <ButtonLink icon="arrow-left" href={address({ part })}>
                  Newest
                </ButtonLink>
              )}
              {found.older === null ? null : (
                <ButtonLink icon="arrow-right" href={address({ part, before: found.older })}>
                  Older
                </ButtonLink>
              )}
            </nav>
          ) : null}
        </>
      )}
    </div>
  );
}

function Told({ found, isFirst, narrowed }: { found: Activity; isFirst: boolean; narrowed: boolean }) {
  // A page on which nothing is about the agent may be followed by one that has more.
  if (found.stories.length === 0) {
    if (narrowed && isFirst && found.older === null) return <EmptyState title="Nothing of this kind">In these days nothing of this kind happened. The whole story may have more.</EmptyState>;
    return isFirst && found.older === null ? (
      <EmptyState title="Nothing has happened yet">
        When this agent asks for something with its key, the story of it appears here: what it asked, who decided, what was done and what it cost. So do changes of its policy, and stops.
      </EmptyState>
    ) : (
      <EmptyState title={found.older === null ? "Nothing older" : "Nothing on this page"}>{found.older === null ? "This is where the story begins." : "The story goes on with what is older."}</EmptyState>
    );
  }
  return byDay(found.stories).map(([day, stories]) => (
    <Card key={day} title={dayTitle(day)} flush>
      <ol className="divide-y divide-line">
        {stories.map((story) => (
          <StoryItem key={story.id} story={story} currency={found.currency} mayViewAudit={found.mayViewAudit} />
        ))}
      </ol>
    </Card>
  ));
}

function byDay(stories: readonly Story[]): [string, Story[]][] {
  const days = new Map<string, Story[]>();
  for (const story of stories) {
    const day = story.at.toISOString().slice(0, 10);
    days.set(day, [...(days.get(day) ?? []), story]);
  }
  return [...days];
}

function dayTitle(day: string): string {
  return new Date(day).toLocaleDateString("en-GB", { timeZone: "UTC", weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

function slow(error: unknown): AppError {
  if (error instanceof AppError && error.code === "unavailable") return error;
  throw error;
}
