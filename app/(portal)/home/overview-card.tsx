import { Stat, StatRow } from "@/components/ui/stat";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { overview } from "@/lib/home/overview";
import { FirstSteps } from "./first-steps";

/** Agents, people and keys in figures; before the first action, the way to it. */
export async function OverviewCard({ ctx, address }: { ctx: PersonCtx; address: string }) {
  const seen = await overview(ctx);
  const { agents, people, keys } = seen;
  const others = [
    ...(agents.suspended ? [`${agents.suspended} suspended`] : []),
    ...(agents.draft ? [`${agents.draft} draft`] : []),
    ...(agents.retired ? [`${agents.retired} retired`] : []),
  ];
  return (
    <>
      {seen.anyAction ? null : <FirstSteps ctx={ctx} seen={seen} address={address} />}
      <StatRow>
        <Stat label="Active agents" value={agents.active} detail={others.join(", ") || undefined} href="/agents" />
        {keys === null ? null : <Stat label="Working API keys" value={keys} href="/settings/keys" />}
        {people ? <Stat label="People" value={people.active} detail={people.invited ? `${people.invited} invited` : undefined} href="/settings/members" /> : null}
        <Stat label="Workspaces" value={seen.workspaces} href="/settings/workspaces" />
      </StatRow>
    </>
  );
}
