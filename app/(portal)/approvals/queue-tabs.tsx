import { Tabs } from "@/components/ui/tabs";
import { countText } from "@/lib/approvals/counted-to";

interface QueueTabsProps {
  /** How much waits for this person; null for those who decide nothing. */
  waiting: number | null;
  /** The request that stands open in the queue. */
  openId?: string | null;
}

/** What waits and what was decided. */
export function QueueTabs({ waiting, openId }: QueueTabsProps) {
  const queue = openId ? `/approvals/${openId}` : "/approvals";
  const lists = waiting === null ? [{ href: queue, label: "Waiting" }] : [{ href: queue, label: "For you", count: countText(waiting) }, { href: `${queue}?show=all`, label: "All that wait" }];
  return <Tabs label="Approvals" items={[...lists, { href: "/approvals/history", label: "History" }, { href: "/approvals/figures", label: "Figures" }]} />;
}
