import { Callout } from "@/components/ui/callout";
import type { SyncView } from "@/lib/directory/pull/view";

type Summary = NonNullable<SyncView["summary"]>;
const number = (value: number) => value.toLocaleString("en");

/** What a preview found, or what a sync did: how many, who, and how many have which role after it. */
export function SyncPlan({ sync, admitted }: { sync: SyncView; admitted: boolean }) {
  const { summary } = sync;
  if (!summary) return null;
  const would = sync.mode === "preview" || sync.state === "held";
  const { users, groups, named } = summary;
  return (
    <section aria-label={would ? "What a sync would do" : "What the sync did"} className="grid gap-3 rounded-md border border-line p-3">
      <h3 className="font-medium">{would ? "What a sync would do now" : "What the latest sync did"}</h3>
      {!admitted && would && summary.roles.length === 0 ? <p className="text-muted">Nobody would get a role. Map the groups below, and preview again to see who gets which.</p> : null}
      {sync.problem && sync.state === "done" ? (
        <Callout tone="warn" title={sync.problem}>
          {sync.hint}
        </Callout>
      ) : null}
      <div className="grid gap-3 sm:grid-cols-2">
        <Kind title={would ? "Would come in" : "Came in"} count={users.create - users.conflict > 0 ? users.create - users.conflict : 0} named={named.filter(({ what }) => what === "create")} />
        <Kind title={would ? "Would leave" : "Left"} count={users.leave} named={named.filter(({ what }) => what === "leave")} />
        <Kind title={would ? "Would change" : "Changed"} count={users.change} named={named.filter(({ what }) => what === "change")} />
        <Kind title="Conflicts, for you to decide" count={users.conflict} named={named.filter(({ what }) => what === "conflict")} />
        {users.skipped > 0 ? <Kind title="Could not be read, and stay as they are" count={users.skipped} named={named.filter(({ what }) => what === "skipped")} /> : null}
      </div>
      <p className="text-sm text-muted">
        {number(users.same)} {users.same === 1 ? "person is" : "people are"} the same. Groups: {number(groups.create)} new, {number(groups.change)} changed, {number(groups.remove)} gone, {number(groups.same)} the same.
      </p>
      <Roles roles={summary.roles} would={would} />
    </section>
  );
}

function Kind({ title, count, named }: { title: string; count: number; named: Summary["named"] }) {
  return (
    <div>
      <p className="font-medium">
        {title} <span className="text-muted">{number(count)}</span>
      </p>
      <ul className="mt-1 grid max-h-40 gap-1 overflow-y-auto text-sm">
        {named.map((each) => (
          <li key={`${each.name} ${each.detail}`} className="wrap-anywhere">
            {each.name} <span className="text-muted">{each.detail}</span>
          </li>
        ))}
      </ul>
      {count > named.length && named.length > 0 ? <p className="text-sm text-muted">and {number(count - named.length)} more</p> : null}
    </div>
  );
}

function Roles({ roles, would }: { roles: Summary["roles"]; would: boolean }) {
  if (roles.length === 0) return null;
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-sm">
        <caption className="pb-1 text-left font-medium">People with a role by this directory</caption>
        <thead>
          <tr className="text-left text-muted">
            <th className="py-1 pr-4 font-normal">Role</th>
            <th className="py-1 pr-4 text-right font-normal">{would ? "Now" : "Before"}</th>
            <th className="py-1 text-right font-normal">{would ? "Then" : "After"}</th>
          </tr>
        </thead>
        <tbody>
          {roles.map(({ role, where, before, after }) => (
            <tr key={`${role} ${where}`} className="border-t border-line">
              <td className="py-1 pr-4">
                {role} <span className="text-muted">on {where}</span>
              </td>
              <td className="py-1 pr-4 text-right">{number(before)}</td>
              <td className="py-1 text-right font-medium">{number(after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
