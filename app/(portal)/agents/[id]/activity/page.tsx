import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { SearchParams } from "@/components/data-table/search-params";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { listActivity, type Activity, type Story } from "@/lib/activity/list";
import { requireSession } from "@/lib/ctx/session";
import { AppError } from "@/lib/errors";
import { agentOfPage } from "../load";
import { StoryItem } from "./story-item";

type Props = { params: Promise<{ id: string }>; searchParams: Promise<SearchParams> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Activity of ${(await agentOfPage((await params).id)).name}` };
}

/** What the agent did and what was done to it, day by day, for somebody who is not an engineer. */
export default async function AgentActivityPage({ params, searchParams }: Props) {
  const [ctx, agent, query] = [await requireSession(), await agentOfPage((await params).id), await searchParams];
  if (!agent.can.viewActions) notFound();
  const before = typeof query.before === "string" && /^[1-9]\d{0,14}$/.test(query.before) ? Number(query.before) : null;
  const found = await listActivity(ctx, { agentId: agent.id, before }).catch(slow);
  const base = `/agents/${agent.id}/activity`;
  if (found instanceof AppError) return <ErrorState title="The story could not be told" message="Looking through the audit stream took too long. Load the page again in a moment." />;
  return (
    <div className="grid gap-4">
      <Told found={found} isFirst={before === null} />
      {before !== null || found.older !== null ? (
        <nav aria-label="Pages of the story" className="flex flex-wrap justify-between gap-2">
          {before === null ? <span /> : (
            <ButtonLink icon="arrow-left" href={base}>
              Newest
            </ButtonLink>
          )}
          {found.older === null ? null : (
            <ButtonLink icon="arrow-right" href={`${base}?before=${found.older}`}>
              Older
            </ButtonLink>
          )}
        </nav>
      ) : null}
    </div>
  );
}

function Told({ found, isFirst }: { found: Activity; isFirst: boolean }) {
  if (found.stories.length === 0) {
    return isFirst ? (
      <EmptyState title="Nothing has happened yet">
        When this agent asks for something with its key, the story of it appears here: what it asked, who decided, what was done and what it cost. So do changes of its policy, and stops.
      </EmptyState>
    ) : (
      <EmptyState title="Nothing older">This is where the story begins.</EmptyState>
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
