import Link from "next/link";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { Select } from "@/components/ui/select";
import { permissionTable, roles } from "@/lib/ability/permissions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { mayLock, mayLockAnything } from "@/lib/locks/authorize-lock";
import { lockWords } from "@/lib/locks/words";
import { listWorkspaces } from "@/lib/workspaces/list";

/** Where each thing is that has a page of its own, with a button to lock it there. */
const places = [
  { kind: "person", href: "/settings/members", where: "Members", anything: true },
  { kind: "device", href: "/settings/members", where: "the sessions of a member", anything: true },
  { kind: "agent", href: "/agents", where: "Agents", anything: false },
  { kind: "key", href: "/settings/keys", where: "API keys", anything: true },
  { kind: "workspace", href: "/settings/workspaces", where: "Workspaces", anything: false },
  { kind: "approval", href: "/approvals", where: "Approvals", anything: false },
] as const;

export async function Chooser({ ctx, wrong }: { ctx: PersonCtx; wrong: string | undefined }) {
  const everything = mayLockAnything(ctx);
  const workspaces = (await listWorkspaces(ctx)).filter(({ id }) => mayLock(ctx, { workspaceId: id }));
  return (
    <div className="grid items-start gap-4 xl:grid-cols-2">
      {wrong ? (
        <Callout tone="warn" title="This cannot be locked." className="xl:col-span-2">
          What was named {wrong}.
        </Callout>
      ) : null}
      <Card title="A tool" description={lockWords.tool.stops}>
        <form action="/settings/locks/new" className="grid gap-4">
          <input type="hidden" name="kind" value="tool" />
          <div className="grid gap-1.5">
            <Label htmlFor="tool">Tool</Label>
            <Input id="tool" name="target" required maxLength={128} placeholder="mail.send or crm.*" className="font-mono" />
          </div>
          <div className="grid gap-1.5">
            <Label htmlFor="workspace">Where</Label>
            <Select id="workspace" name="workspace">
              {everything ? <option value="">The whole organization</option> : null}
              {workspaces.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          </div>
          <div>
            <Button type="submit">See what stops</Button>
          </div>
        </form>
      </Card>
      {everything ? (
        <Card title="A role" description={lockWords.role.stops}>
          <form action="/settings/locks/new" className="grid gap-4">
            <input type="hidden" name="kind" value="role" />
            <div className="grid gap-1.5">
              <Label htmlFor="role">Role</Label>
              <Select id="role" name="target">
                {roles.map((role) => (
                  <option key={role} value={role}>
                    {permissionTable[role].label}
                  </option>
                ))}
              </Select>
            </div>
            <div>
              <Button type="submit">See what stops</Button>
            </div>
          </form>
        </Card>
      ) : null}
      <Card title="Something else" description="It is locked from its own page." flush className="xl:col-span-2">
        <ul className="divide-y divide-line">
          {places.map(({ kind, href, where, anything }) =>
            everything || !anything ? (
              <li key={kind} className="grid gap-x-6 px-4 py-3 sm:grid-cols-[9rem_1fr]">
                <span className="font-medium">{lockWords[kind].label}</span>
                <span className="min-w-0">
                  {lockWords[kind].stops} <span className="text-muted">Choose it under </span>
                  <Link href={href} className="text-accent underline">
                    {where}
                  </Link>
                  .
                </span>
              </li>
            ) : null,
          )}
        </ul>
      </Card>
    </div>
  );
}
