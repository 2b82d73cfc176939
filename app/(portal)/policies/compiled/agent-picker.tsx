"use client";
import { usePathname, useRouter } from "next/navigation";
import { useId, useTransition } from "react";
import { Label } from "@/components/ui/label";
import { Select } from "@/components/ui/select";

/** Of which agent it is shown; it stands in the address. */
export function AgentPicker({ agents, chosen }: { agents: readonly { id: string; name: string }[]; chosen: string | null }) {
  const id = useId();
  const router = useRouter();
  const pathname = usePathname();
  const [pending, startTransition] = useTransition();
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5" aria-busy={pending}>
      <Label htmlFor={id}>Agent</Label>
      <Select id={id} className="max-w-80 min-w-48 flex-1" value={chosen ?? ""} onChange={({ target }) => startTransition(() => router.push(target.value ? `${pathname}?agent=${target.value}` : pathname))}>
        <option value="">Choose an agent</option>
        {agents.map((agent) => (
          <option key={agent.id} value={agent.id}>
            {agent.name}
          </option>
        ))}
      </Select>
    </div>
  );
}
