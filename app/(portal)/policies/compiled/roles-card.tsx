import { Card } from "@/components/ui/card";
import { HostileText } from "@/components/ui/hostile-text";
import type { CompiledRoles } from "@/lib/policy-preview/compiled-roles";

/** What roles and keys' scopes are compiled to: who may do what to the agent in the portal. */
export function RolesCard({ people: { roles, holders, moreHolders, keys }, agentName }: { people: CompiledRoles; agentName: string }) {
  return (
    <Card title="Roles and keys" description={`Who may do what to ${agentName} in the portal, and what its keys may ask for. Roles say nothing of what agents do; the portal asks the same table that this is made of.`}>
      <div className="grid min-w-0 gap-4">
        <Texts title="Held where the agent is" rows={holders} none="Nobody holds a role here." hidden="Who holds roles is shown to whoever sees people." />
        {moreHolders > 0 ? <p className="text-muted">{moreHolders.toLocaleString("en-US")} more people hold a role here.</p> : null}
        <Texts title="Keys of the agent" rows={keys} none="It has no key that is in force." hidden="What keys may ask for is shown to whoever sees keys." />
        <Folded title="Every role, as a template" text={roles} />
      </div>
    </Card>
  );
}

function Texts({ title, rows, none, hidden }: { title: string; rows: CompiledRoles["keys"]; none: string; hidden: string }) {
  return (
    <section className="grid min-w-0 gap-1">
      <h3 className="font-semibold">{title}</h3>
      {rows === null ? <p className="text-muted">{hidden}</p> : rows.length === 0 ? <p className="text-muted">{none}</p> : rows.map(({ id, name, text }) => <Folded key={id} title={name} text={text} />)}
    </section>
  );
}

function Folded({ title, text }: { title: string; text: string }) {
  return (
    <details className="min-w-0">
      <summary className="min-h-6 cursor-pointer wrap-anywhere">{title}</summary>
      <div className="mt-1 mb-2 min-w-0">{text === "" ? <p className="text-muted">It says nothing.</p> : <HostileText text={text} mono lines={24} />}</div>
    </details>
  );
}
