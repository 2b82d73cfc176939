import { Tabs } from "@/components/ui/tabs";

/** What waits and what was decided. `waiting`: how much waits for this person. */
export function QueueTabs({ waiting }: { waiting: number }) {
  return (
    <Tabs
      label="Approvals"
      items={[
        { href: "/approvals", label: "Waiting", count: waiting },
        { href: "/approvals/history", label: "History" },
      ]}
    />
  );
}
