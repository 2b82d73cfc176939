import { Callout } from "@/components/ui/callout";
import { HostileText } from "@/components/ui/hostile-text";
import { KeyValue } from "@/components/ui/key-value";
import { RelativeTime } from "@/components/ui/relative-time";
import { isRole, permissionTable } from "@/lib/ability/permissions";

type Shown = {
  claims: Readonly<Record<string, readonly string[]>>;
  email: string | null;
  name: string | null;
  roles: readonly { role: string; workspaceId: string | null }[];
  refusal: string | null;
  at?: Date;
};

/** What an identity provider said of somebody, and what it would lead to. */
export function TestResult({ test: { claims, email, name, roles, refusal, at } }: { test: Shown }) {
  const names = Object.entries(claims);
  return (
    <div className="grid gap-4">
      {refusal ? (
        <Callout tone="danger" title="Nobody could sign in with this answer.">
          {refusal}
        </Callout>
      ) : (
        <Callout tone="ok" title={`This is ${name ?? email ?? "somebody"}${email ? ` (${email})` : ""}.`}>
          {roles.length === 0 ? "No claim gives them a role." : `They would be: ${roles.map(label).join(", ")}.`}
        </Callout>
      )}
      {names.length > 0 ? <KeyValue items={names.map(([term, values]) => ({ term, detail: <HostileText inline text={values.join(", ")} /> }))} /> : null}
      {at ? (
        <p className="text-sm text-muted">
          Tested <RelativeTime at={at} />
        </p>
      ) : null}
    </div>
  );
}

function label({ role, workspaceId }: { role: string; workspaceId: string | null }): string {
  const name = isRole(role) ? permissionTable[role].label : role;
  return workspaceId ? `${name} in a workspace` : name;
}
