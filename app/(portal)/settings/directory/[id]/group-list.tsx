import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import type { GroupView } from "@/lib/directory/load";
import type { GrantableRole } from "@/lib/people/grantable";
import { MappingDialog } from "./mapping-dialog";

type Props = { groups: readonly GroupView[]; total: number; search: string; roles: readonly GrantableRole[]; mayChange: boolean };

/** The groups that the directory sent, with the roles that each gives its members. */
export function GroupList({ groups, total, search, roles, mayChange }: Props) {
  return (
    <Card title="Groups and roles" description="A group gives its members the roles that you map it to, for as long as they are in it. Roles given by hand are never touched." flush>
      {total > 10 ? (
        <search className="border-b border-line p-4">
          <form className="flex max-w-md gap-2">
            <Input type="search" name="q" defaultValue={search} placeholder="Search groups" aria-label="Search groups" />
            <Button type="submit">Search</Button>
          </form>
        </search>
      ) : null}
      {groups.length === 0 ? <p className="p-4 text-muted">{search ? "No group has that in its name." : "No group came from the directory yet."}</p> : null}
      <ul className="divide-y divide-line">
        {groups.map((group) => (
          <li key={group.id} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3">
            <div className="min-w-0 flex-1 basis-64">
              <p className="font-medium wrap-anywhere">
                {group.name}{" "}
                <span className="font-normal text-muted">
                  {group.members.toLocaleString("en")} {group.members === 1 ? "member" : "members"}
                </span>
              </p>
              <p className="mt-1 flex flex-wrap gap-1">
                {group.gives.length === 0 ? <span className="text-sm text-muted">Gives nothing</span> : null}
                {group.gives.map((each) => (
                  <Badge key={each.value} tone="accent">
                    {each.role} · {each.where}
                  </Badge>
                ))}
              </p>
            </div>
            {mayChange ? <MappingDialog group={group} roles={roles} /> : null}
          </li>
        ))}
      </ul>
      {groups.length < total && !search ? <p className="border-t border-line p-4 text-sm text-muted">The first {groups.length} of {total.toLocaleString("en")}. Search for the others.</p> : null}
    </Card>
  );
}
