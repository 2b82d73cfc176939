import { Badge } from "@/components/ui/badge";
import type { HeldRole } from "@/lib/people/list";

/** Roles with where and until when they count. */
export function RoleList({ roles }: { roles: readonly HeldRole[] }) {
  if (roles.length === 0) return <span className="text-muted">None</span>;
  return (
    <span className="flex flex-wrap gap-1">
      {roles.map((held) => (
        <Badge key={held.grantId} tone={held.workspace ? "neutral" : "accent"} icon={held.lastDay ? "calendar" : undefined}>
          {held.label}
          {held.workspace ? ` · ${held.workspace.name}` : ""}
          {held.firstDay ? ` from ${held.firstDay}` : ""}
          {held.lastDay ? ` until ${held.lastDay}` : ""}
        </Badge>
      ))}
    </span>
  );
}
